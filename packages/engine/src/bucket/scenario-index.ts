import { constantTests } from '@tocsin/expr'
import type { Event } from '../event.ts'
import type { Scenario } from './scenario.ts'

type MapName = 'Parsed' | 'Meta' | 'Enriched'

/** A field of events by which scenarios are told apart, and the values that matter. */
interface Dimension {
  readonly map: MapName
  readonly key: string
  /** A number above zero for each value that some filter asks for; all others are zero. */
  readonly numbers: ReadonlyMap<string, number>
  /** What each scenario asks for, by its position; undefined where it takes any value. */
  readonly wanted: readonly (ReadonlySet<string> | undefined)[]
}

/** More dimensions cost every event more than they save. */
const maxDimensions = 12
/** What event values combine to comes from the log: the memory for it is bounded. */
const maxRemembered = 4096

/**
 * Finds the scenarios whose filter can hold for an event without running the others. Most filters begin with tests
 * for constants (`evt.Meta.log_type == 'ssh'`): the fields that they ask for most are looked up, and what their
 * values combine to is worked out once.
 */
export class ScenarioIndex {
  readonly scenarios: readonly Scenario[]
  readonly #dimensions: readonly Dimension[]
  readonly #positions: ReadonlyMap<Scenario, number>
  readonly #remembered = new Map<number, readonly Scenario[]>()

  constructor(scenarios: readonly Scenario[]) {
    this.scenarios = scenarios
    this.#positions = new Map(scenarios.map((scenario, position) => [scenario, position]))
    this.#dimensions = dimensionsOf(scenarios)
  }

  /** The scenarios that may take the event, in the order in which they are poured. */
  candidates(event: Event): readonly Scenario[] {
    let signature = 0
    for (const dimension of this.#dimensions) {
      const number = dimension.numbers.get(valueIn(event, dimension)) ?? 0
      signature = signature * (dimension.numbers.size + 1) + number
    }
    const known = this.#remembered.get(signature)
    if (known) return known
    const found = this.#find(event)
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear()
    this.#remembered.set(signature, found)
    return found
  }

  /** Those of some candidates that come after a scenario. */
  behind(scenario: Scenario, candidates: readonly Scenario[]): readonly Scenario[] {
    const from = this.#positions.get(scenario) ?? -1
    return candidates.filter((candidate) => (this.#positions.get(candidate) ?? -1) > from)
  }

  #find(event: Event): readonly Scenario[] {
    const values = this.#dimensions.map((dimension) => valueIn(event, dimension))
    return this.scenarios.filter((_, position) =>
      this.#dimensions.every(({ wanted }, at) => wanted[position]?.has(values[at] ?? '') ?? true),
    )
  }
}

function valueIn(event: Event, { map, key }: Dimension): string {
  const texts = map === 'Meta' ? event.meta : map === 'Parsed' ? event.parsed : event.enriched
  return texts.get(key) ?? ''
}

/** The dimensions that most filters ask for, as many as one number can tell apart. */
function dimensionsOf(scenarios: readonly Scenario[]): Dimension[] {
  const fields = new Map<string, Map<number, ReadonlySet<string>>>()
  for (const [position, { filter }] of scenarios.entries()) {
    for (const { path, kind, values } of constantTests(filter)) {
      if (kind !== 'equals') continue
      const tests = fields.get(path) ?? new Map<number, ReadonlySet<string>>()
      fields.set(path, tests)
      if (!tests.has(position)) tests.set(position, new Set(values))
    }
  }
  const byUse = [...fields].sort(([, a], [, b]) => b.size - a.size).slice(0, maxDimensions)
  const dimensions: Dimension[] = []
  let combinations = 1
  for (const [path, tests] of byUse) {
    const [, map, key] = /^evt\.(Parsed|Meta|Enriched)\.([^.]+)$/.exec(path) ?? []
    const values = new Set([...tests.values()].flatMap((wanted) => [...wanted]))
    if (map === undefined || key === undefined) continue
    if (combinations * (values.size + 1) > Number.MAX_SAFE_INTEGER) continue
    combinations *= values.size + 1
    const numbers = new Map([...values].map((value, index) => [value, index + 1]))
    const wanted = scenarios.map((_, position) => tests.get(position))
    dimensions.push({ map: map as MapName, key, numbers, wanted })
  }
  return dimensions
}
