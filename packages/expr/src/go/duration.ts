import { formatDuration } from '@tocsin/model'

const maxNs = (1n << 63n) - 1n
const minNs = -(1n << 63n)

/** A span of time in nanoseconds, 64 bits. Source: Go's time.Duration. */
export class Duration {
  readonly ns: bigint

  constructor(ns: bigint) {
    this.ns = BigInt.asIntN(64, ns)
  }

  /** The nearest duration where the span does not fit. */
  static clamped(ns: bigint): Duration {
    return new Duration(ns > maxNs ? maxNs : ns < minNs ? minNs : ns)
  }

  /** In units of so many nanoseconds, as a float. */
  in(unitNs: bigint): number {
    return Number(this.ns / unitNs) + Number(this.ns % unitNs) / Number(unitNs)
  }

  /** Toward zero, to a multiple of a step; unchanged for a step of zero or less. */
  truncate(step: Duration): Duration {
    return step.ns <= 0n ? this : new Duration(this.ns - (this.ns % step.ns))
  }

  /** To the nearest multiple of a step, half away from zero. */
  round(step: Duration): Duration {
    if (step.ns <= 0n) return this
    const rest = this.ns % step.ns
    const magnitude = rest < 0n ? -rest : rest
    if (magnitude * 2n < step.ns) return Duration.clamped(this.ns - rest)
    return Duration.clamped(this.ns - rest + (this.ns < 0n ? -step.ns : step.ns))
  }

  toString(): string {
    return formatDuration(this.ns)
  }
}
