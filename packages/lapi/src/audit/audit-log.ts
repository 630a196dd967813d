import type { FastifyRequest } from 'fastify'
import type { Clock, Logger } from '@tocsin/model'
import type { AuditEntry, AuditStore } from '../store/store.ts'

const keptMs = 90 * 24 * 3_600_000
/** How many entries come between two looks at old ones. */
const forgetEvery = 500

export type AuditAction =
  | 'decision.add'
  | 'decision.delete'
  | 'alert.delete'
  | 'allowlist.add'
  | 'allowlist.delete'
  | 'allowlist.add-items'
  | 'allowlist.remove-items'
  | 'bouncer.add'
  | 'bouncer.delete'
  | 'machine.add'
  | 'machine.validate'
  | 'machine.delete'

/** Who added or removed what, kept for ninety days. What cannot be noted is logged: the change is made already. */
export class AuditLog {
  readonly #store: AuditStore
  readonly #clock: Clock
  readonly #logger: Logger
  #count = 0

  constructor(store: AuditStore, clock: Clock, logger: Logger) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
  }

  /** Notes what the sender of a request has changed. */
  async note(
    request: FastifyRequest,
    action: AuditAction,
    object: string,
    details: AuditEntry['details'] = {},
  ): Promise<void> {
    const at = this.#clock()
    const entry = { at, actor: actorOf(request), address: request.client.address, action, object, details }
    try {
      await this.#store.add(entry)
      if (this.#count++ % forgetEvery === 0) await this.#store.forget(at - keptMs)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#logger.error(`cannot note in the audit log: ${reason}`, { ...entry })
    }
  }
}

/** The machine by its token; else an administrator, with the name that the command line gives. */
function actorOf({ machine, headers }: FastifyRequest): string {
  if (machine !== '') return `machine ${machine}`
  const { 'x-tocsin-actor': name } = headers
  return typeof name === 'string' && /^[!-~]{1,64}$/.test(name) ? `administrator ${name}` : 'administrator'
}
