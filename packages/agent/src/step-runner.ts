import type { Line, Mode } from '@tocsin/engine'
import { type Logger, TocsinError, type WireAlert } from '@tocsin/model'
import { pause } from './tasks.ts'
import type { Journal } from './journal/journal.ts'
import type { Step, StreamState } from './journal/record.ts'
import { reasonOf, stackOf } from './file-error.ts'
import type { CreateEngine, LineEngine } from './line-engine.ts'
import type { LineBatch, RereadStream } from './source/source.ts'

/** So often the engine is asked how far back it depends on lines, and it is noted that the agent is alive. */
const liveCheckMs = 2000
const retryMs = 1000

/** What was done since the start of the process. */
export interface StepCounters {
  lines: number
  alerts: number
  /** Lines on which the engine failed. */
  failedLines: number
}

export interface StepRunnerOptions {
  readonly journal: Journal
  readonly createEngine: CreateEngine
  readonly logger: Logger
  readonly counters: StepCounters
  now(): number
  /** Opens a stream that was read before, or null if it is gone. */
  reread(stream: StreamState): Promise<RereadStream | null>
  /** Told when alerts were noted. */
  onAlerts(): void
}

/**
 * Takes steps: lines into the engine, what comes of them into the journal, one batch at a time. Between the two
 * nothing else happens, so the journal always tells where the engine is.
 */
export class StepRunner {
  readonly #options: StepRunnerOptions
  readonly #engine: LineEngine
  #alerts: WireAlert[] = []
  #overflowsFromMs = Number.POSITIVE_INFINITY
  /** The time of the step that is being taken, or null between steps. */
  #stepMs: number | null = null
  #turn: Promise<void> = Promise.resolve()
  #liveCheckedMs = Number.NEGATIVE_INFINITY
  readonly #labels = new Map<number, ReadonlyMap<string, string>>()

  constructor(options: StepRunnerOptions) {
    this.#options = options
    this.#engine = options.createEngine({
      clock: () => this.#stepMs ?? options.now(),
      onAlert: (alert) => void this.#alerts.push(alert),
      onOverflow: (bornMs) => {
        this.#overflowsFromMs = Math.min(this.#overflowsFromMs, bornMs)
      },
    })
  }

  /**
   * Brings a new engine to where the last one was, by taking the steps that its live state depends on a second time;
   * their alerts are in the journal already. Answers how many bytes could not be read again.
   */
  async warmUp(signal: AbortSignal): Promise<number> {
    const { journal } = this.#options
    const open = new Map<number, RereadStream | null>()
    let missing = 0
    try {
      for (const step of journal.window.steps()) {
        if (signal.aborted) return missing
        this.#enter(step.atMs)
        if (step.span && !(await this.#retake(step, open))) missing += step.span.to - step.span.from
        await this.#engine.drain?.()
        this.#discard()
      }
    } finally {
      this.#discard()
      for (const stream of open.values()) await stream?.close()
    }
    return missing
  }

  /** Processes a batch and notes it. Waits for the batches before it, and for the journal if that cannot be written. */
  async deliver(batch: LineBatch, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      signal.throwIfAborted()
      const atMs = batch.atMs ?? this.#options.now()
      this.#enter(atMs)
      this.#processLines(batch.stream, batch.lines, batch.replay)
      await this.#engine.drain?.()
      const { stream, from, to, replay } = batch
      await this.#commit({ span: { stream, from, to, replay }, atMs }, signal)
      this.#options.counters.lines += batch.lines.length
    })
    await new Promise(setImmediate)
  }

  /** Lets time pass where no lines come. */
  async tick(signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      const atMs = this.#options.now()
      this.#enter(atMs)
      await this.#engine.drain?.()
      const isDue = Math.abs(atMs - this.#liveCheckedMs) >= liveCheckMs
      const hasResult = this.#alerts.length > 0 || Number.isFinite(this.#overflowsFromMs)
      if (isDue || hasResult) await this.#commit({ atMs }, signal)
      this.#stepMs = null
    })
  }

  /** Runs something that writes the journal until it succeeds; while it fails, no step is taken. */
  async persist<T>(write: () => T, signal: AbortSignal): Promise<T> {
    return await this.#inTurn(() => this.#untilWritten(write, signal))
  }

  async #retake({ span }: Step, open: Map<number, RereadStream | null>): Promise<boolean> {
    const { journal, reread } = this.#options
    const stream = span && journal.stream(span.stream)
    if (!span || !stream) return false
    if (!open.has(span.stream)) open.set(span.stream, await reread(stream))
    const opened = open.get(span.stream)
    if (!opened) return false
    return await opened.read(span.from, span.to, (lines) =>
      this.#processLines(span.stream, lines, span.replay),
    )
  }

  #enter(atMs: number): void {
    this.#stepMs = atMs
    this.#engine.tick(atMs)
  }

  /** Ends a step whose results are noted, now or the first time. */
  #discard(): void {
    this.#stepMs = null
    this.#alerts = []
    this.#overflowsFromMs = Number.POSITIVE_INFINITY
  }

  #processLines(streamId: number, lines: readonly string[], replay: boolean): void {
    const stream = this.#options.journal.stream(streamId)
    if (!stream)
      throw new TocsinError('AGENT_UNKNOWN_STREAM', `cannot process lines: there is no stream ${streamId}`)
    const labels = this.#labelsOf(stream)
    const mode: Mode = replay ? 'replay' : 'live'
    const timeMs = this.#stepMs ?? this.#options.now()
    for (const raw of lines) {
      this.#processLine({ raw, src: stream.src, timeMs, labels, module: stream.kind }, mode)
    }
  }

  #processLine(line: Line, mode: Mode): void {
    try {
      this.#engine.process(line, mode)
    } catch (error) {
      if (this.#options.counters.failedLines++ > 0) return
      const text = `cannot process a line of ${line.src}: ${reasonOf(error)}; more are only counted`
      this.#options.logger.error(text, stackOf(error))
    }
  }

  #labelsOf(stream: StreamState): ReadonlyMap<string, string> {
    const known = this.#labels.get(stream.id)
    if (known) return known
    const labels = new Map(Object.entries(stream.labels))
    this.#labels.set(stream.id, labels)
    return labels
  }

  async #commit(step: Step, signal: AbortSignal): Promise<void> {
    const alerts = this.#alerts
    const fromMs = this.#overflowsFromMs
    const overflow = Number.isFinite(fromMs) ? { overflowsFromMs: fromMs } : {}
    const liveFromMs = this.#liveFrom(step.atMs)
    await this.#untilWritten(
      () => this.#options.journal.commit({ ...step, ...overflow }, alerts, liveFromMs),
      signal,
    )
    this.#options.counters.alerts += alerts.length
    this.#discard()
    if (alerts.length > 0) this.#options.onAlerts()
  }

  #liveFrom(atMs: number): number | undefined {
    if (Math.abs(atMs - this.#liveCheckedMs) < liveCheckMs) return undefined
    this.#liveCheckedMs = atMs
    return this.#engine.oldestLiveMs() ?? atMs + 1
  }

  async #untilWritten<T>(write: () => T, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = write()
        if (attempt > 0) this.#options.logger.info('the journal can be written again')
        return result
      } catch (error) {
        if (!(error instanceof TocsinError) || error.code !== 'AGENT_STATE_FAILED') throw error
        if (attempt === 0) {
          this.#options.logger.error(
            `${error.message}; no lines are read until it works; ${error.hint ?? ''}`,
          )
        }
        await pause(retryMs, signal)
        signal.throwIfAborted()
      }
    }
  }

  async #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action)
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    )
    return await result
  }
}
