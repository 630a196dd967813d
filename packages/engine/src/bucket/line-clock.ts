import { elapsedNs, type LogTime } from './log-time.ts'

/** How many lines may be out of order. */
const windowLength = 1024

/** The time by the lines of a log, whatever the clock on the wall says. */
export class LineClock {
  /** The latest time that a line named: one line with a wrong date moves it. */
  latest: LogTime | null = null
  #earliest: LogTime | null = null
  #before: LogTime | null = null
  #count = 0

  /**
   * The time that the log has reached for certain: the earliest that one of its last thousand or two thousand lines
   * names. Null before the first thousand.
   */
  get certain(): LogTime | null {
    if (this.#before === null || this.#earliest === null) return this.#before
    return isEarlier(this.#earliest, this.#before) ? this.#earliest : this.#before
  }

  /** Takes the time of a line. */
  see(time: LogTime): void {
    if (this.latest === null || isEarlier(this.latest, time)) this.latest = time
    if (this.#earliest === null || isEarlier(time, this.#earliest)) this.#earliest = time
    if (++this.#count < windowLength) return
    this.#before = this.#earliest
    this.#earliest = null
    this.#count = 0
  }
}

function isEarlier(a: LogTime, b: LogTime): boolean {
  return elapsedNs(a, b) > 0
}
