import { join } from 'node:path'
import { createEngine, type Engine, type Event, type ItemFile } from '@tocsin/engine'
import { formatError } from '@tocsin/model'
import { hubDataFile } from '../hub-data.ts'
import { allItems } from '../hub-index.ts'
import { loadItemFiles } from '../item-files.ts'
import { readLogLines } from './log-lines.ts'
import { sortOverflows } from './results.ts'
import type { HubTestOptions, HubTestPlaces, HubTestResult } from './run-test.ts'
import { type HubTest, readHubTest } from './test-config.ts'
import { itemsOfTest } from './test-items.ts'

/**
 * Runs hub tests with every item of the hub installed, and compares what the scenarios of each test do with what
 * they do when its own items are alone: the same overflows, of the same sources, with as many events.
 */
export class AllItemsRunner {
  readonly #places: HubTestPlaces
  readonly #options: HubTestOptions
  readonly #items: readonly ItemFile[]
  /** One for all tests that bring no items of their own; it is emptied between them. */
  #shared: Recorder | undefined

  constructor(places: HubTestPlaces, options: HubTestOptions = {}) {
    this.#places = places
    this.#options = options
    this.#items = loadItemFiles(places.hub, allItems(places.hub))
  }

  /** Judges one test. Everything that goes wrong is its reason; it does not throw. */
  async run(name: string): Promise<HubTestResult> {
    try {
      const test = readHubTest(this.#places.testsFolder, name)
      const reason = test.scenarios.length === 0 ? '' : await this.#compare(test)
      return { name, success: reason === '', reason, notices: [], generated: [] }
    } catch (error) {
      return { name, success: false, reason: formatError(error), notices: [], generated: [] }
    }
  }

  async #compare(test: HubTest): Promise<string> {
    const items = itemsOfTest(test, this.#places)
    const alone = this.#recorder(items)
    const expected = await alone.replay(test)
    const own = items.filter((item) => !this.#items.some(({ path }) => path === item.path))
    const together =
      own.length > 0
        ? this.#recorder([...this.#items, ...own])
        : (this.#shared ??= this.#recorder(this.#items))
    const found = await together.replay(test)
    const scenarios = new Set(alone.engine.scenarios.map((scenario) => scenario.name))
    return describeDifference(expected, found, scenarios)
  }

  #recorder(items: readonly ItemFile[]): Recorder {
    return new Recorder(items, this.#places, this.#options)
  }
}

/** What became of a log: its overflows, and line by line why it went no further. */
interface Record {
  readonly overflows: readonly Event[]
  /** `''` for a line that reached the scenarios. */
  readonly fates: readonly string[]
}

/** An engine that notes what becomes of lines. */
class Recorder {
  readonly engine: Engine
  readonly #clock: () => number
  #overflows: Event[] = []

  constructor(items: readonly ItemFile[], places: HubTestPlaces, options: HubTestOptions) {
    const { clock = Date.now, logger } = options
    this.#clock = clock
    this.engine = createEngine(items, {
      mode: 'replay',
      clock,
      ...(logger ? { logger } : {}),
      dataFile: hubDataFile(places.hubData),
      onOverflow: (event) => this.#overflows.push(event),
    })
  }

  async replay(test: HubTest): Promise<Record> {
    this.engine.reset()
    this.#overflows = []
    const labels = new Map([...test.labels, ['type', test.logType]])
    const lines = readLogLines(join(test.folder, test.logFile), labels, this.#clock())
    const fates = lines.map((line) => fateOf(this.engine.process(line)))
    await this.engine.drain()
    return { overflows: sortOverflows(this.#overflows), fates }
  }
}

function fateOf(event: Event): string {
  if (!event.processed) return 'no parser of some stage knows it'
  return event.whitelisted ? `it is let off: ${event.whitelistReason}` : ''
}

function describeDifference(alone: Record, together: Record, scenarios: ReadonlySet<string>): string {
  const keys = ({ overflows }: Record) =>
    overflows.filter(({ overflow }) => overflow && scenarios.has(overflow.scenario)).map(keyOf)
  const missing = without(keys(alone), keys(together))
  const extra = without(keys(together), keys(alone))
  if (missing.length + extra.length === 0) return ''
  const fates = new Map<string, number>()
  for (const [index, fate] of together.fates.entries()) {
    if (fate !== '' && fate !== alone.fates[index]) fates.set(fate, (fates.get(fate) ?? 0) + 1)
  }
  return [
    ...missing.map((key) => `missing: ${key}`),
    ...extra.map((key) => `only with all items: ${key}`),
    ...[...fates].map(([fate, count]) => `${count} of ${together.fates.length} lines go no further: ${fate}`),
  ].join('\n')
}

function keyOf({ overflow }: Event): string {
  const alert = overflow?.alerts[0]
  return `${overflow?.scenario} of ${[...(overflow?.sources.keys() ?? [])].join(', ')} (${alert?.eventsCount} events)`
}

/** The elements of one list that the other lacks, each as often as it lacks it. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other]
  return list.filter((key) => {
    const at = left.indexOf(key)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
