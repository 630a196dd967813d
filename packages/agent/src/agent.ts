import { join } from 'node:path'
import { type Clock, type Logger, systemClock } from '@tocsin/model'
import { type AgentStats, collectStats } from './agent-stats.ts'
import { Generation } from './generation.ts'
import { Journal } from './journal/journal.ts'
import type { WindowLimits } from './journal/step-window.ts'
import type { CreateEngine } from './line-engine.ts'
import { reasonOf } from './file-error.ts'
import type { NameCounters } from './names/name-lookup.ts'
import { defaultMaxLineBytes } from './lines/split.ts'
import { Bell, pause, untilOneFails } from './tasks.ts'
import { type AlertClient, Pusher } from './push/pusher.ts'
import { RejectedAlerts } from './push/rejected-alerts.ts'
import type { Acquisition } from './source/acquisition.ts'
import type { BuildContext } from './source/source.ts'
import type { StepCounters } from './step-runner.ts'

export interface AgentOptions {
  readonly sources: readonly Acquisition[]
  /** Makes an engine without state; called at each start and reload. */
  readonly createEngine: CreateEngine
  readonly client: AlertClient
  /** The agent keeps its own folder `agent` in it. */
  readonly stateFolder: string
  readonly logger: Logger
  readonly clock?: Clock
  /** Longer lines are cut. Default 65,536. */
  readonly maxLineBytes?: number
  /** Where files begin that were there before the agent ever looked. Default `end`. */
  readonly startAt?: 'end' | 'beginning'
  /** How far back lines may be read again after a restart. Default 64 MiB, 4 hours, 50,000 batches. */
  readonly windowLimits?: WindowLimits
  /** Room on disk for alerts that wait; beyond it the oldest are given up. Default 256 MiB. */
  readonly maxJournalBytes?: number
  /** A source that gave lines and gives none for so long is named in a warning. Default one hour. */
  readonly silentAfterMs?: number
  /** What the engines ask for the names of addresses, for `stats`. */
  readonly names?: { readonly counters: NameCounters }
}

/** What a reload may change. */
export interface AgentChange {
  readonly sources?: readonly Acquisition[]
  readonly createEngine?: CreateEngine
}

/** The log processor: it reads sources, detects, and delivers alerts. */
export interface Agent {
  /**
   * Works until the signal aborts. Throws AGENT_STATE_IN_USE and AGENT_STATE_FAILED where it cannot begin; whatever
   * fails later is said, and tried again.
   */
  run(signal: AbortSignal): Promise<void>
  /** Settles when `run` has come so far that nothing is missed that is written from now on. Never rejects. */
  readonly ready: Promise<void>
  /** Goes on with other sources or another engine. No line is lost or read twice; live buckets are carried over. */
  reload(change: AgentChange): void
  stats(): AgentStats
}

const heartbeatMs = 60_000
const housekeepingMs = 1000
/** What comes late is noted with whatever else comes within this time. */
const gatherMs = 10
/** The last alerts get so long to be delivered when the agent stops; what is not, waits on disk. */
const farewellMs = 2000

/**
 * An agent that survives: after a kill at any moment, the next run over the same state folder neither loses nor
 * repeats an alert, and an attack that was under way is recognised as one. See README.md for how, and for the bounds.
 */
export function createAgent(options: AgentOptions): Agent {
  return new LogProcessor(options)
}

class LogProcessor implements Agent {
  readonly ready: Promise<void>
  readonly #options: AgentOptions
  readonly #now: Clock
  #isReady: () => void = () => undefined
  readonly #build: BuildContext
  #wanted: { sources: readonly Acquisition[]; createEngine: CreateEngine }
  #reloading = new AbortController()
  #journal: Journal | null = null
  #pusher: Pusher | null = null
  #generation: Generation | null = null
  readonly #counters: StepCounters = { lines: 0, alerts: 0, failedLines: 0 }

  constructor(options: AgentOptions) {
    this.#options = options
    this.#now = options.clock ?? systemClock
    this.#build = {
      maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes,
      startAt: options.startAt ?? 'end',
    }
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve
    })
    this.#wanted = { sources: options.sources, createEngine: options.createEngine }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { logger, client, stateFolder, windowLimits, maxJournalBytes } = this.#options
    const folder = join(stateFolder, 'agent')
    const journal = Journal.open({
      folder,
      logger,
      ...(windowLimits ? { windowLimits } : {}),
      ...(maxJournalBytes === undefined ? {} : { maxBytes: maxJournalBytes }),
    })
    const rejected = new RejectedAlerts(join(folder, 'rejected-alerts.jsonl'))
    const pusher = new Pusher({ journal, client, rejected, logger, now: this.#now })
    this.#journal = journal
    // Later starts go on where the last one stopped, whenever they come to it.
    if (journal.lastStepMs !== null) this.#isReady()
    this.#pusher = pusher
    try {
      await untilOneFails(signal, [
        (until) => pusher.run(until),
        (until) => this.#heartbeats(pusher, until),
        (until) => this.#generations(journal, pusher, until),
      ])
      await this.#farewell(pusher, journal)
    } finally {
      await journal.close()
    }
  }

  reload(change: AgentChange): void {
    this.#wanted = { ...this.#wanted, ...change }
    this.#reloading.abort()
  }

  stats(): AgentStats {
    const names = this.#options.names?.counters ?? null
    return collectStats(this.#now(), this.#journal, this.#pusher, this.#generation, this.#counters, names)
  }

  async #generations(journal: Journal, pusher: Pusher, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#reloading = new AbortController()
      const late = new Bell()
      const until = AbortSignal.any([signal, this.#reloading.signal])
      const generation = new Generation({
        ...this.#wanted,
        journal,
        build: this.#build,
        logger: this.#options.logger,
        now: this.#now,
        counters: this.#counters,
        silentAfterMs: this.#options.silentAfterMs ?? 3_600_000,
        onAlerts: () => pusher.wake(),
        onLate: () => late.ring(),
      })
      this.#generation = generation
      void generation.caughtUp(until).then(this.#isReady)
      await untilOneFails(until, [
        (signal) => this.#housekeeping(generation, journal, late, signal),
        (signal) => generation.run(signal),
      ])
    }
  }

  async #housekeeping(
    generation: Generation,
    journal: Journal,
    late: Bell,
    signal: AbortSignal,
  ): Promise<void> {
    let isSynced = true
    while (!signal.aborted) {
      await late.wait(housekeepingMs, signal)
      await pause(gatherMs, signal)
      try {
        await generation.tick(signal)
        await journal.sync()
        isSynced = true
      } catch (error) {
        if (!signal.aborted && isSynced) this.#options.logger.error(reasonOf(error))
        isSynced = false
      }
    }
  }

  async #heartbeats(pusher: Pusher, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pusher.heartbeat(signal)
      await pause(heartbeatMs, signal)
    }
  }

  async #farewell(pusher: Pusher, journal: Journal): Promise<void> {
    const signal = AbortSignal.timeout(farewellMs)
    while (journal.pendingAlerts > 0 && !signal.aborted) {
      if ((await pusher.pushSome(signal)) !== null) break
    }
    if (journal.pendingAlerts === 0) return
    this.#options.logger.info(
      `${journal.pendingAlerts} alerts wait on disk and will be delivered after the next start`,
    )
  }
}
