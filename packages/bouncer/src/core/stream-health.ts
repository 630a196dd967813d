import { type Clock, type Logger, TocsinError } from '@tocsin/model'

/** `starting`: nothing came yet. `away`: the last try failed. `refused`: the key is not accepted. */
export type StreamState = 'starting' | 'current' | 'away' | 'refused'

/** What a stream went through since it was made. */
export interface StreamStatus {
  state: StreamState
  /** How decisions come; null before the first answer. */
  channel: 'push' | 'pull' | null
  /** Pulls that were finished, and those of the whole set among them. */
  pulls: number
  wholePulls: number
  /** Push connections that were opened, and those among them that went on where an earlier one broke off. */
  connections: number
  resumed: number
  /** Whole sets that were pushed, and times the Local API began anew by itself. */
  wholePushes: number
  resets: number
  /** Messages of decisions that were pushed, pieces of whole sets among them. */
  messages: number
  /** Push connections that had worked for long and broke off: no failure, as long as the next one opens. */
  drops: number
  failures: number
  /** When the set was last known to be current, on the stream's clock; null before the first time. */
  lastSuccessAt: number | null
  /** The last failure, null while all is well. */
  error: TocsinError | null
}

const keyHint = 'register the bouncer with `tocsin bouncers add NAME` and give it the key that this prints'

/** Keeps the account of a stream, and says when it fails and when it works again, once each. */
export class StreamHealth {
  readonly status: StreamStatus = {
    state: 'starting',
    channel: null,
    pulls: 0,
    wholePulls: 0,
    connections: 0,
    resumed: 0,
    wholePushes: 0,
    resets: 0,
    messages: 0,
    drops: 0,
    failures: 0,
    lastSuccessAt: null,
    error: null,
  }
  /** Since the last success. */
  failuresInRow = 0
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #keyName: string
  /** How many enforcements are in force. */
  readonly #size: () => number
  #awaySince = 0

  constructor(options: { clock: Clock; logger: Logger; keyName: string; size: () => number }) {
    this.#clock = options.clock
    this.#logger = options.logger
    this.#keyName = options.keyName
    this.#size = options.size
  }

  /** The set is current; `how` says how it became so after failures. */
  succeeded(how: string): void {
    const failures = this.failuresInRow
    this.failuresInRow = 0
    this.status.state = 'current'
    this.status.error = null
    this.status.lastSuccessAt = this.#clock()
    if (failures === 0) return
    const seconds = Math.round((performance.now() - this.#awaySince) / 1000)
    const size = this.#size()
    this.#logger.info(
      `The Local API answers again after ${seconds} s and ${failures} failures: ${how}, ${size} in force.`,
      { failures, seconds, size },
    )
  }

  failed(error: TocsinError): void {
    const before = this.status.state
    if (this.failuresInRow++ === 0) this.#awaySince = performance.now()
    this.status.failures++
    this.status.error = error
    this.status.state = error.code === 'BOUNCER_KEY_REFUSED' ? 'refused' : 'away'
    if (this.status.state === before) return
    const fields = { code: error.code, hint: error.hint, size: this.#size() }
    if (this.status.state === 'refused') this.#logger.error(sentence(error), fields)
    else this.#logger.warn(`${sentence(error)} ${this.#whatStays()}`, fields)
  }

  /** Any failure as an error of this package or of the client's. */
  explain(cause: unknown): TocsinError {
    if (cause instanceof TocsinError) {
      if (cause.code !== 'LAPI_FORBIDDEN' && cause.code !== 'LAPI_UNAUTHORIZED') return cause
      return new TocsinError(
        'BOUNCER_KEY_REFUSED',
        `cannot pull decisions with ${this.#keyName}: ${cause.message}`,
        {
          hint: cause.hint ?? keyHint,
          cause,
        },
      )
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new TocsinError('BOUNCER_PULL_FAILED', `cannot pull decisions: ${reason}`, { cause })
  }

  #whatStays(): string {
    if (this.status.lastSuccessAt === null) return 'Nothing was pulled yet; trying on.'
    return `The last good set stays, ${this.#size()} in force; trying on.`
  }
}

function sentence(error: TocsinError): string {
  const hint = error.hint === undefined ? '' : ` Hint: ${error.hint}.`
  return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.${hint}`
}
