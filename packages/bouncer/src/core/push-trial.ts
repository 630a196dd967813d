import type { TocsinError } from '@tocsin/model'

/** A push connection that was current for so long works: two keep-alives came through whatever is in between. */
const provenMs = 40_000
/** So many connections in a row that did not hold, and pulling is tried instead. */
const maxTroubles = 3
/** Failures that pulling would have too: they say nothing about pushing. */
const notOfPushing = new Set([
  'LAPI_UNREACHABLE',
  'LAPI_INSECURE',
  'LAPI_FORBIDDEN',
  'LAPI_UNAUTHORIZED',
  'BOUNCER_KEY_REFUSED',
])

/**
 * Judges whether push connections hold. Proxies cut them off or hold back what they carry, and a slow reader is cut
 * off by the Local API: then pulling works and pushing does not.
 */
export class PushTrial {
  readonly #provenMs: number
  #troubles = 0
  #currentSince: number | null = null
  #againAt = 0

  constructor(options: { provenMs?: number } = {}) {
    this.#provenMs = options.provenMs ?? provenMs
  }

  /** Connections in a row that did not hold. */
  get troubles(): number {
    return this.#troubles
  }

  /** Whether a connection is worth trying now. */
  get isOn(): boolean {
    return performance.now() >= this.#againAt
  }

  /** The connection brought the set up to date. */
  current(): void {
    this.#currentSince ??= performance.now()
  }

  /**
   * The connection ended. `worked`: after a good while, nothing to speak of. `failed`: it did not hold. `given up`:
   * the last of too many of these; pulling is to be tried for so long.
   */
  ended(error: TocsinError, restMs: number): 'worked' | 'failed' | 'given up' {
    const since = this.#currentSince
    this.#currentSince = null
    if (since !== null && performance.now() - since >= this.#provenMs) {
      this.#troubles = 0
      return 'worked'
    }
    if (since === null && notOfPushing.has(error.code)) return 'failed'
    // What is held back in between is held back the next time too, and a first set must not wait for it.
    const isHeldBack = since === null && error.code === 'LAPI_TIMEOUT'
    if (++this.#troubles < maxTroubles && !isHeldBack) return 'failed'
    this.#troubles = 0
    this.#againAt = performance.now() + restMs
    return 'given up'
  }
  /** A pull failed too: pushing is not to blame. */
  pullFailed(): void {
    this.#againAt = 0
  }
}
