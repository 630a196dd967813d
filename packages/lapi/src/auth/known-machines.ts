import type { Clock } from '@tocsin/model'
import { unauthorized } from '../server/refusal.ts'
import type { MachineStore } from '../store/store.ts'

const maxKnown = 100_000
const tokenLifeMs = 3_600_000

/**
 * Which machines there are, so that the token of one that an administrator has deleted counts no more. A machine
 * that has left by itself keeps its token to its end, as in the reference.
 */
export class KnownMachines {
  readonly #store: MachineStore
  readonly #clock: Clock
  /** When each machine that was asked for was added. */
  readonly #known = new Map<string, number>()
  readonly #left = new Map<string, number>()

  constructor(store: MachineStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Throws a Refusal where the token was issued to a machine that is no more. Asks the database once for each. */
  async require(name: string, issuedAt: number): Promise<void> {
    const addedAt = await this.#addedAt(name)
    // Tokens are dated by the second.
    if (addedAt !== undefined && Math.floor(addedAt / 1000) * 1000 <= issuedAt) return
    const leftAt = this.#left.get(name)
    if (leftAt !== undefined && issuedAt <= leftAt && this.#clock() - leftAt < tokenLifeMs) return
    throw unauthorized('the machine of this token was deleted')
  }

  noteLeft(name: string): void {
    this.#known.delete(name)
    remember(this.#left, name, this.#clock())
  }

  /** Machines were deleted: all are asked for again. */
  forget(): void {
    this.#known.clear()
  }

  async #addedAt(name: string): Promise<number | undefined> {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const machine = await this.#store.get(name)
    if (!machine) return undefined
    remember(this.#known, name, machine.createdAt)
    return machine.createdAt
  }
}

function remember(map: Map<string, number>, name: string, time: number): void {
  map.delete(name)
  map.set(name, time)
  const [oldest] = map.keys()
  if (map.size > maxKnown && oldest !== undefined) map.delete(oldest)
}
