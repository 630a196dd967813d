import type { Line, Mode } from '@tocsin/engine'
import { type Logger, TocsinError } from '@tocsin/model'
import { pause } from './tasks.ts'
import type { Journal } from './journal/journal.ts'
import type { Step, StreamState } from './journal/record.ts'
import { reasonOf, stackOf } from './file-error.ts'
import type { CreateEngine, LineEngine } from './line-engine.ts'
import { LocalTimes } from './local-times.ts'
import { OverflowTracker } from './overflow-tracker.ts'
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
  /** Told when something came between two steps that wants to be noted: see `tick`. */
  onLate(): void
}

/** What could not be had again when lines were read a second time. */
export interface Missing {
  readonly bytes: number
  /** Overflows that waited and did not come again. */
  readonly overflows: number
}

/**
 * Takes steps: lines into the engine, what comes of them into the journal, one batch at a time. Between the two
 * nothing else happens, so the journal always tells where the engine is. Only overflows that wait for names stay
 * behind: their step's record says that they wait, and a later one holds their alerts. Until then their lines are
 * among those that a restart reads again.
 */
export class StepRunner {
  readonly #options: StepRunnerOptions
  readonly #engine: LineEngine
  readonly #overflows: OverflowTracker
  readonly #localTimes: LocalTimes
  /** The step of an overflow that waited and leaves at this moment. */
  #late: { readonly atMs: number } | null = null
  /** The time of the step that is being taken, or null between steps. */
  #stepMs: number | null = null
  /** Whether a step was begun that is not in the journal: its lines will be read again. */
  #isUnwritten = false
  #turn: Promise<void> = Promise.resolve()
  #liveCheckedMs = Number.NEGATIVE_INFINITY
  readonly #labels = new Map<number, ReadonlyMap<string, string>>()

  constructor(options: StepRunnerOptions) {
    this.#options = options
    this.#localTimes = new LocalTimes(() => options.now())
    this.#overflows = new OverflowTracker(() => this.#engine.waiting ?? 0)
    this.#engine = options.createEngine({
      clock: () => this.#late?.atMs ?? this.#stepMs ?? options.now(),
      onOverflow: (bornMs) => this.#overflows.overflow(bornMs),
      onLeave: () => this.#leave(),
      onAlert: (alert) => {
        const origin = this.#overflows.leaving
        this.#overflows.alert(origin ? this.#localTimes.correct(alert, origin) : alert)
      },
    })
  }

  /**
   * Brings a new engine to where the last one was, by taking the steps that its live state depends on a second time;
   * their alerts are in the journal already, except those of the overflows that waited.
   */
  async warmUp(signal: AbortSignal): Promise<Missing> {
    const { journal } = this.#options
    const open = new Map<number, RereadStream | null>()
    let bytes = 0
    this.#overflows.reopen(journal.waiting)
    try {
      for (const step of journal.window.steps()) {
        if (signal.aborted) return { bytes, overflows: 0 }
        this.#enter(step)
        if (step.span && !(await this.#retake(step, open))) bytes += step.span.to - step.span.from
        if (this.#engine.waiting) await new Promise(setImmediate)
      }
    } finally {
      this.#stepMs = null
      this.#overflows.reopen(null)
      for (const stream of open.values()) await stream?.close()
    }
    const gone = [...journal.waiting].filter((overflow) => !this.#overflows.has(overflow))
    this.#overflows.giveUp(gone)
    return { bytes, overflows: gone.length }
  }

  /** Processes a batch and notes it. Waits for the batches before it, and for the journal if that cannot be written. */
  async deliver(batch: LineBatch, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      signal.throwIfAborted()
      const { stream, from, to, replay } = batch
      const step = { span: { stream, from, to, replay }, atMs: batch.atMs ?? this.#options.now() }
      this.#isUnwritten = true
      this.#enter(step)
      this.#processLines(stream, batch.lines, replay)
      await this.#letPass()
      await this.#commit(step, signal)
      this.#options.counters.lines += batch.lines.length
    })
    await new Promise(setImmediate)
  }

  /** Lets time pass where no lines come. */
  async tick(signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      const step = { atMs: this.#options.now() }
      this.#enter(step)
      await this.#letPass()
      const isDue = Math.abs(step.atMs - this.#liveCheckedMs) >= liveCheckMs
      if (isDue || this.#overflows.hasResults) await this.#commit(step, signal)
      this.#stepMs = null
    })
  }

  /** Ends the work: gives overflows that wait so long to leave. Those that stay wait for the next start. */
  async finish(ms: number): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#engine.waiting) {
        const left = new AbortController()
        await Promise.race([this.#engine.drain?.(), pause(ms, left.signal)])
        left.abort()
      }
      const atMs = this.#options.journal.lastStepMs
      if (atMs === null || this.#isUnwritten || !this.#overflows.hasResults) return
      await this.#commit({ atMs }, AbortSignal.timeout(ms)).catch((error: unknown) => {
        this.#options.logger.error(reasonOf(error))
      })
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

  #enter({ span, atMs }: Step): void {
    this.#stepMs = atMs
    this.#overflows.beginStep(span ? `${span.stream}:${span.from}` : `@${atMs}`, atMs)
    this.#overflows.call(() => this.#engine.tick(atMs))
  }

  /** Lets those overflows go that wait for nothing; but for all, where the lines of one could not be read again. */
  async #letPass(): Promise<void> {
    if (!this.#engine.waiting) return
    await new Promise(setImmediate)
    const oldestMs = this.#overflows.oldestWaitingMs()
    if (oldestMs !== null && !this.#options.journal.window.reachesBackTo(oldestMs))
      await this.#engine.drain?.()
  }

  /** What is poured again of an overflow that waited is poured at the time of its step, however long it waited. */
  #leave(): void {
    const late = this.#overflows.leave()
    if (late === null) return
    this.#late = late
    queueMicrotask(() => {
      if (this.#late === late) this.#late = null
    })
    if (this.#stepMs === null) this.#options.onLate()
  }

  #processLines(streamId: number, lines: readonly string[], replay: boolean): void {
    const stream = this.#options.journal.stream(streamId)
    if (!stream)
      throw new TocsinError('AGENT_UNKNOWN_STREAM', `cannot process lines: there is no stream ${streamId}`)
    const labels = this.#labelsOf(stream)
    const mode: Mode = replay ? 'replay' : 'live'
    const timeMs = this.#stepMs ?? this.#options.now()
    if (replay) this.#localTimes.learn(streamId, lines, timeMs)
    for (const raw of lines) {
      this.#processLine({ raw, src: stream.src, timeMs, labels, module: stream.kind }, mode)
    }
  }

  #processLine(line: Line, mode: Mode): void {
    try {
      this.#overflows.call(() => this.#engine.process(line, mode))
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
    this.#isUnwritten = true
    const alerts = await this.#untilWritten(() => this.#write(step), signal)
    this.#isUnwritten = false
    this.#stepMs = null
    this.#options.counters.alerts += alerts
    if (alerts > 0) this.#options.onAlerts()
  }

  /** Answers how many alerts were noted. Nothing can come between what is written and what counts as noted. */
  #write(step: Step): number {
    const { alerts, overflowsFromMs, waits, settled } = this.#overflows.results()
    const overflow = overflowsFromMs === null ? {} : { overflowsFromMs }
    const liveFromMs = this.#liveFrom(step.atMs)
    this.#options.journal.commit({ ...step, ...overflow }, alerts, { liveFromMs, waits, settled })
    this.#overflows.noted()
    return alerts.length
  }

  #liveFrom(atMs: number): number | undefined {
    if (Math.abs(atMs - this.#liveCheckedMs) < liveCheckMs) return undefined
    this.#liveCheckedMs = atMs
    const liveFromMs = this.#engine.oldestLiveMs() ?? atMs + 1
    return Math.min(liveFromMs, this.#overflows.oldestWaitingMs() ?? liveFromMs)
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
