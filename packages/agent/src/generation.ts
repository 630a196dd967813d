import type { Logger } from '@tocsin/model'
import { Barrier } from './barrier.ts'
import type { Journal } from './journal/journal.ts'
import type { StreamState } from './journal/record.ts'
import { reasonOf, stackOf } from './file-error.ts'
import type { CreateEngine } from './line-engine.ts'
import { pause } from './tasks.ts'
import type { Acquisition } from './source/acquisition.ts'
import { sourceKinds } from './source/kinds.ts'
import type { BuildContext, RereadStream, Source, SourceHost, SourceStats } from './source/source.ts'
import { type StepCounters, StepRunner } from './step-runner.ts'

export interface GenerationOptions {
  readonly sources: readonly Acquisition[]
  readonly createEngine: CreateEngine
  readonly journal: Journal
  readonly build: BuildContext
  readonly logger: Logger
  readonly counters: StepCounters
  readonly silentAfterMs: number
  now(): number
  onAlerts(): void
  /** Told when something wants to be noted, which `tick` does. */
  onLate(): void
}

/** What a generation is doing: rebuilding live buckets, reading what was written before the start, or following. */
export type Phase = 'warming up' | 'catching up' | 'live' | 'stopped'

const restartMs = 10_000
/** At the end, overflows that wait get so long. */
const farewellMs = 1000

/** One engine and its sources, from a start or reload to the next. */
export class Generation {
  readonly #options: GenerationOptions
  readonly #runner: StepRunner
  readonly #sources: readonly Source[]
  readonly #claimed = new Map<number, Source>()
  readonly #barrier: Barrier
  readonly #watches = new Map<Source, { behindSinceMs: number | null; isSilent: boolean }>()
  readonly #lastStepMs: number | null
  #isWarm = false
  #isStopped = false

  constructor(options: GenerationOptions) {
    this.#options = options
    const { journal, createEngine, logger, counters, now, onAlerts, onLate, build } = options
    this.#sources = options.sources.map((source) => source.build(build))
    this.#barrier = new Barrier(this.#sources.length)
    this.#lastStepMs = journal.lastStepMs
    this.#runner = new StepRunner({
      journal,
      createEngine,
      logger,
      counters,
      now,
      onAlerts,
      onLate,
      reread: (stream) => this.#reread(stream),
    })
  }

  get phase(): Phase {
    if (this.#isStopped) return 'stopped'
    if (!this.#isWarm) return 'warming up'
    return this.#barrier.isOpen ? 'live' : 'catching up'
  }

  /** Sources with how long each has been behind. */
  sources(): readonly (SourceStats & { readonly behindSinceMs: number | null })[] {
    return this.#sources.map((source) => ({
      ...source.stats(),
      behindSinceMs: this.#watches.get(source)?.behindSinceMs ?? null,
    }))
  }

  /** Settles when all sources follow what they read, or the signal aborts. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    await this.#barrier.wait(signal)
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#warmUp(signal)
      this.#isWarm = true
      await Promise.all(this.#sources.map((source) => this.#supervise(source, signal)))
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      await this.#runner.finish(farewellMs)
    } finally {
      this.#isStopped = true
    }
  }

  /** Lets time pass in the engine, once it lives on the wall clock; watches over the sources. */
  async tick(signal: AbortSignal): Promise<void> {
    if (this.phase !== 'live') return
    await this.#runner.tick(signal)
    for (const source of this.#sources) this.#watch(source)
  }

  async #warmUp(signal: AbortSignal): Promise<void> {
    const { journal, logger } = this.#options
    const { bytes, isShortened } = journal.window
    if (bytes === 0 && journal.waiting.size === 0) return
    logger.info(`reading ${bytes} bytes of lines a second time to rebuild live buckets`)
    if (isShortened)
      logger.warn('some live buckets are older than the lines that are read again: they begin anew')
    const missing = await this.#runner.warmUp(signal)
    if (missing.bytes > 0)
      logger.warn(`${missing.bytes} bytes of these lines are gone: some live buckets begin anew`)
    if (missing.overflows > 0)
      logger.warn(`${missing.overflows} overflows that waited for names are lost: they did not come again`)
  }

  async #supervise(source: Source, signal: AbortSignal): Promise<void> {
    const { logger } = this.#options
    let hasArrived = false
    const arrive = () => {
      if (!hasArrived) this.#barrier.arrive()
      hasArrived = true
    }
    const host = this.#hostFor(source, signal, async () => {
      arrive()
      await this.#barrier.wait(signal)
    })
    while (!signal.aborted) {
      try {
        await source.run(host, signal)
        break
      } catch (error) {
        if (signal.aborted) break
        const again = `trying again in ${restartMs / 1000} seconds`
        logger.error(`cannot read source ${source.name}: ${reasonOf(error)}; ${again}`, stackOf(error))
      }
      arrive()
      for (const [stream, owner] of this.#claimed) if (owner === source) this.#claimed.delete(stream)
      await pause(restartMs, signal)
    }
    arrive()
  }

  #hostFor(source: Source, signal: AbortSignal, caughtUp: () => Promise<void>): SourceHost {
    const { journal, logger, now } = this.#options
    const type = source.labels.get('type')
    const labels = Object.fromEntries(source.labels)
    const isOwn = ({ kind, labels }: StreamState) => kind === source.kind && labels.type === type
    const claim = (id: number) => {
      const owner = this.#claimed.get(id) ?? source
      this.#claimed.set(id, owner)
      return owner === source
    }
    return {
      logger,
      now,
      lastStepMs: this.#lastStepMs,
      streams: () => journal.streams().filter((stream) => isOwn(stream) && this.#isFree(stream.id, source)),
      claim,
      addStream: async ({ src, about, offset }) => {
        const stream = { kind: source.kind, src, labels, about, offset, ended: false }
        const added = await this.#runner.persist(() => journal.addStream(stream), signal)
        claim(added.id)
        return added
      },
      saveStream: async (id, change) => {
        await this.#runner.persist(() => {
          const stream = journal.stream(id)
          if (stream) journal.saveStream({ ...stream, ...change })
        }, signal)
      },
      deliver: (batch) => this.#runner.deliver(batch, signal),
      caughtUp,
    }
  }

  #isFree(stream: number, source: Source): boolean {
    return (this.#claimed.get(stream) ?? source) === source
  }

  async #reread(stream: StreamState): Promise<RereadStream | null> {
    const kind = sourceKinds.find((candidate) => candidate.kind === stream.kind)
    return kind ? await kind.reread(stream, this.#options.build) : null
  }

  #watch(source: Source): void {
    const { now, logger, silentAfterMs } = this.#options
    const { behindBytes, lastLineMs, name } = source.stats()
    const before = this.#watches.get(source)
    const isSilent = lastLineMs !== null && now() - lastLineMs >= silentAfterMs
    if (isSilent && !before?.isSilent) {
      const minutes = Math.round(silentAfterMs / 60_000)
      logger.warn(`no line came from ${name} for ${minutes} minutes: is it still written to?`)
    }
    if (!isSilent && before?.isSilent) logger.info(`lines come from ${name} again`)
    const behindSinceMs = behindBytes > 0 ? (before?.behindSinceMs ?? now()) : null
    this.#watches.set(source, { behindSinceMs, isSilent })
  }
}
