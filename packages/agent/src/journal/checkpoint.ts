import type { HeadMeta, JournalRecord, Span, Step, StreamState } from './record.ts'
import { StepWindow, type WindowLimits } from './step-window.ts'

/** Streams that ended are remembered up to this number, so that a rotated file is not read a second time. */
const maxStreams = 4000

/** What the records of a journal add up to. */
export class Checkpoint {
  readonly streams = new Map<number, StreamState>()
  readonly window: StepWindow
  acknowledged = 1
  nextAlert = 1
  dropped = 0
  /** When the last step was, or null if there was none ever. */
  lastStepMs: number | null = null
  /** Overflows whose alerts are in no record yet. */
  readonly waiting = new Set<string>()

  constructor(limits: WindowLimits) {
    this.window = new StepWindow(limits)
  }

  apply({ meta, alerts }: JournalRecord): void {
    if (meta.k === 'head') this.#restore(meta)
    else if (meta.k === 'stream') this.streams.set(meta.stream.id, meta.stream)
    else if (meta.k === 'ack') this.acknowledge(meta.acknowledged, meta.dropped)
    else {
      this.#step(meta.step)
      if (meta.liveFromMs !== undefined) this.window.forgetBefore(meta.liveFromMs)
      if (meta.firstAlert !== undefined) this.nextAlert = meta.firstAlert + alerts.length
      for (const overflow of meta.waits ?? []) this.waiting.add(overflow)
      for (const overflow of meta.settled ?? []) this.waiting.delete(overflow)
    }
  }

  acknowledge(acknowledged: number, dropped: number): void {
    this.acknowledged = Math.max(this.acknowledged, acknowledged)
    this.dropped = Math.max(this.dropped, dropped)
  }

  nextStreamId(): number {
    let last = 0
    for (const id of this.streams.keys()) last = Math.max(last, id)
    return last + 1
  }

  /** Where the next segment begins. Streams that ended long ago are let go. */
  head(): HeadMeta {
    this.#forgetStreams()
    return {
      k: 'head',
      version: 1,
      streams: [...this.streams.values()],
      window: this.window.steps(),
      liveFromMs: this.window.liveFromMs,
      acknowledged: this.acknowledged,
      nextAlert: this.nextAlert,
      dropped: this.dropped,
      lastStepMs: this.lastStepMs,
      ...(this.waiting.size === 0 ? {} : { waiting: [...this.waiting] }),
    }
  }

  #restore(head: HeadMeta): void {
    this.streams.clear()
    for (const stream of head.streams) this.streams.set(stream.id, stream)
    this.window.restore(head.window, head.liveFromMs)
    this.acknowledge(head.acknowledged, head.dropped)
    this.nextAlert = Math.max(this.nextAlert, head.nextAlert)
    this.lastStepMs = head.lastStepMs
    this.waiting.clear()
    for (const overflow of head.waiting ?? []) this.waiting.add(overflow)
  }

  #step(step: Step): void {
    this.lastStepMs = step.atMs
    // Time that passed without consequence need not pass a second time.
    if (step.span || step.overflowsFromMs !== undefined) this.window.add(step)
    if (step.span) this.#advance(step.span)
  }

  #advance(span: Span): void {
    const stream = this.streams.get(span.stream)
    if (stream) this.streams.set(stream.id, { ...stream, offset: span.to })
  }

  #forgetStreams(): void {
    if (this.streams.size <= maxStreams) return
    const needed = this.window.streams()
    const spare = [...this.streams.values()].filter(({ id, ended }) => ended && !needed.has(id))
    spare.sort((a, b) => a.id - b.id)
    for (const { id } of spare.slice(0, this.streams.size - maxStreams)) this.streams.delete(id)
  }
}
