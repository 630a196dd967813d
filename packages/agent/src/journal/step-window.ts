import type { Step } from './record.ts'

/** How far back lines may be read again after a restart. What lies further back is forgotten. */
export interface WindowLimits {
  readonly bytes: number
  readonly ageMs: number
  readonly steps: number
}

export const defaultWindowLimits: WindowLimits = {
  bytes: 64 * 1024 * 1024,
  ageMs: 4 * 3_600_000,
  steps: 50_000,
}

/**
 * The latest steps of the engine, back to the oldest one that its live buckets depend on: with the same lines, in
 * the same order and at the same times, a new engine comes to the same state.
 *
 * That oldest step is not simply the birth of the oldest live bucket. A bucket that was born before it and
 * overflowed after it would, if only its later lines were read again, not overflow there, live on with what it has,
 * and overflow once more later. So for each overflow inside the window, the window reaches back to the birth of
 * that bucket. Buckets that ended without an overflow need no such care: they end at the same time again.
 */
export class StepWindow {
  readonly #limits: WindowLimits
  #steps: Step[] = []
  #bytes = 0
  #liveFromMs = Number.POSITIVE_INFINITY
  #shortenedMs = Number.NEGATIVE_INFINITY

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  /** No live bucket was born before this; 0 where it is not known. */
  get liveFromMs(): number {
    return Number.isFinite(this.#liveFromMs) ? this.#liveFromMs : 0
  }

  /** Bytes of the lines in the window. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether live buckets depend on steps that the limits made it forget. */
  get isShortened(): boolean {
    return this.#shortenedMs >= this.liveFromMs
  }

  /** Whether all steps since a time are here that were taken since the start. */
  reachesBackTo(ms: number): boolean {
    return this.#shortenedMs < ms
  }

  steps(): readonly Step[] {
    return this.#steps
  }

  streams(): Set<number> {
    return new Set(this.#steps.flatMap(({ span }) => (span ? [span.stream] : [])))
  }

  add(step: Step): void {
    this.#steps.push(step)
    this.#bytes += bytesOf(step)
    if (this.#bytes > this.#limits.bytes || this.#steps.length > this.#limits.steps) this.#shorten(step.atMs)
  }

  restore(steps: readonly Step[], liveFromMs: number): void {
    this.#steps = [...steps]
    this.#bytes = steps.reduce((sum, step) => sum + bytesOf(step), 0)
    this.#liveFromMs = liveFromMs
  }

  /** Lets go of the steps that no bucket alive since `liveFromMs` depends on. */
  forgetBefore(liveFromMs: number): void {
    this.#liveFromMs = liveFromMs
    this.#forget(this.#firstNeeded(liveFromMs))
    this.#shorten(this.#steps.at(-1)?.atMs ?? 0)
  }

  #firstNeeded(liveFromMs: number): number {
    let fromMs = liveFromMs
    let first = this.#steps.length
    for (let index = first - 1; index >= 0; index--) {
      const step = this.#steps[index]
      // Times are not quite in order: clocks are set back, and files that lag are read one after another.
      if (step === undefined || step.atMs < fromMs) continue
      first = index
      if (step.overflowsFromMs !== undefined) fromMs = Math.min(fromMs, step.overflowsFromMs)
    }
    return first
  }

  #shorten(nowMs: number): void {
    const limits = this.#limits
    let bytes = this.#bytes
    let count = 0
    for (const step of this.#steps) {
      const tooOld = step.atMs < nowMs - limits.ageMs
      const tooMany = this.#steps.length - count > limits.steps
      if (!tooOld && !tooMany && bytes <= limits.bytes) break
      bytes -= bytesOf(step)
      this.#shortenedMs = Math.max(this.#shortenedMs, step.atMs)
      count++
    }
    this.#forget(count)
  }

  #forget(count: number): void {
    if (count === 0) return
    for (const step of this.#steps.splice(0, count)) this.#bytes -= bytesOf(step)
  }
}

function bytesOf({ span }: Step): number {
  return span ? span.to - span.from : 0
}
