import { parseIp } from '@tocsin/model'
import { until } from '../../testkit/src/index.ts'
import { DecisionSet, DecisionStream, type DecisionStreamOptions } from '../src/index.ts'
import { TestLogger } from './test-logger.ts'

/** A decision set, and the stream that keeps it up to date in a test. */
export class FollowedSet {
  readonly logger = new TestLogger()
  readonly set = new DecisionSet()
  readonly #abort = new AbortController()
  #running = Promise.resolve()

  /** Follows without the waits that spare a real Local API. */
  run(options: Pick<DecisionStreamOptions, 'source'> & Partial<DecisionStreamOptions>): DecisionStream {
    const { set, logger } = this
    const fast = { intervalMs: 30, reconnectMs: 20, maxBackoffMs: 80, expiryMs: 20 }
    const stream = new DecisionStream({ set, logger, ...fast, ...options })
    this.#running = stream.run(this.#abort.signal)
    return stream
  }

  holds(address: string): boolean {
    const ip = parseIp(address)
    return ip !== null && this.set.lookup(ip) !== null
  }

  /** Waits until an address is held, or is not any more. */
  async held(address: string, isHeld = true): Promise<void> {
    await until(() => this.holds(address) === isHeld, 5000)
  }

  async end(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }
}
