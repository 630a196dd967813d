import { DataFiles, noWorld, StashCaches, TextMap, Time } from '@tocsin/expr'
import type { Clock } from '@tocsin/model'
import { compileContexts, type Contexts } from '../../src/alert/context.ts'
import type { DroppedOverflows } from '../../src/alert/raise.ts'
import { isSimulated } from '../../src/alert/simulation.ts'
import { scenarioEnvironments } from '../../src/bucket/environments.ts'
import { loadScenarios } from '../../src/bucket/load-scenarios.ts'
import { loadDataFiles } from '../../src/data/load-data.ts'
import { noGeo } from '../../src/enrich/geo.ts'
import { geoService } from '../../src/enrich/geo-service.ts'
import { Event, type Line, type Mode } from '../../src/event.ts'
import { geoOfItems } from '../../src/geo-of-items.ts'
import type { ItemFile } from '../../src/item/item-file.ts'
import { readItems } from '../../src/item/read-items.ts'
import type { Overflow } from '../../src/overflow.ts'
import type { EngineOptions } from '../../src/pipeline.ts'
import type { PlainBucket } from './plain-bucket.ts'
import { PlainBuckets } from './plain-buckets.ts'
import { plainOverflow } from './plain-overflow.ts'
import { type PlainParsers, plainParsers } from './plain-parsers.ts'
import { plainScenario } from './plain-scenario.ts'

/** The options of engines that mean something to one that asks nobody and keeps everything. */
export type PlainOptions = Pick<EngineOptions, 'mode' | 'clock' | 'dataFile' | 'simulation' | 'onAlert'>

/** The rules of the engine written down once more, with no regard for speed: the reference of the real one. */
export class PlainEngine {
  readonly counts = { lines: 0, parsed: 0, unparsed: 0, whitelisted: 0, overflows: 0, alerts: 0, endless: 0 }
  readonly dropped: DroppedOverflows = { filtered: 0, blackholed: 0, sourceless: 0, whitelisted: 0 }
  readonly buckets: PlainBuckets
  readonly #options: PlainOptions
  readonly #clock: Clock
  readonly #parse: PlainParsers
  readonly #parseOverflow: PlainParsers
  readonly #contexts: Contexts
  readonly #generations = new Map<Overflow, number>()

  /** Throws the errors of the items. */
  constructor(items: readonly ItemFile[], options: PlainOptions) {
    const { mode, clock = Date.now, dataFile: read, simulation } = options
    const startMs = clock()
    this.#options = options
    this.#clock = mode === 'replay' ? () => startMs : clock
    const files = new DataFiles()
    const stash = new StashCaches(this.#clock)
    const geo = geoOfItems(items, read)
    const known = geo === noGeo ? {} : { geo: geoService(geo) }
    const environments = scenarioEnvironments(noWorld({ ...known, files, stash, clock: this.#clock }))
    const world = { environments, files, stash, geo }
    const documents = readItems(items)
    this.#parse = plainParsers(documents.parsers, world, read)
    this.#parseOverflow = plainParsers(documents.postoverflows, world, read)
    const sources = documents.scenarios.flatMap((item) => item.documents.flatMap(({ value }) => value.data))
    loadDataFiles(sources, { files, read, errors: [], warnings: [] })
    const context = {
      environments,
      isSimulated: (name: string) => isSimulated(simulation ?? { enabled: false, exclusions: [] }, name),
      onFailure: () => {},
    }
    const refuse = (error: Error) => {
      throw error
    }
    const scenarios = loadScenarios(documents.scenarios, context, refuse)
    this.#contexts = compileContexts(documents.contexts, environments, refuse)
    const plain = scenarios.map((scenario) => plainScenario(scenario, environments))
    this.buckets = new PlainBuckets(plain, this.#clock, mode === 'live')
  }

  process(line: Line, mode: Mode = this.#options.mode): void {
    const event = new Event(line, mode, Time.fromMs(this.#clock()))
    event.parsed = new TextMap()
    event.enriched = new TextMap()
    event.meta = new TextMap()
    this.counts.lines++
    if (!this.#parse(event)) this.counts.unparsed++
    else {
      this.counts.parsed++
      if (event.whitelisted) this.counts.whitelisted++
      else this.buckets.pour(event)
    }
    this.#raise()
  }

  tick(nowMs: number): void {
    this.buckets.tick(nowMs)
    this.#raise()
  }

  /** Makes alerts of what overflowed, in order; an overflow that is poured again may make more. */
  #raise(): void {
    for (let full = this.buckets.full.shift(); full; full = this.buckets.full.shift()) {
      this.counts.overflows++
      const event = plainOverflow(full.bucket, full.at, this.#contexts, this.#clock())
      if (typeof event === 'string') this.dropped[event]++
      else this.#finish(event, this.#generationOf(full.bucket))
    }
  }

  #generationOf({ queue }: PlainBucket): number {
    const before = queue.events.map(({ overflow }) => (overflow && this.#generations.get(overflow)) ?? 0)
    return 1 + Math.max(0, ...before)
  }

  #finish(event: Event, generation: number): void {
    const { overflow } = event
    if (overflow === null) return
    this.#generations.set(overflow, generation)
    this.#parseOverflow(event)
    if (event.whitelisted) {
      this.dropped.whitelisted++
      return
    }
    for (const alert of overflow.alerts) {
      this.counts.alerts++
      this.#options.onAlert?.(alert, event)
    }
    if (!overflow.reprocess) return
    if (generation < 8) this.buckets.pour(event)
    else this.counts.endless++
  }
}
