import { constantTests } from '@tocsin/expr'
import type { Event } from '../event.ts'
import type { Scenario } from './scenario.ts'

type Maps = 'parsed' | 'meta' | 'enriched'

/** A field of events by which scenarios are told apart, and what it can be. */
interface Dimension {
  readonly map: Maps
  readonly key: string
  /** The scenarios for each value, as positions in the list of all. */
  readonly byValue: Map<string, number[]>
}

const maxRemembered = 4096

/**
 * Finds the scenarios whose filter can hold for an event without running the others. Most filters begin with a
 * test for one of a few constants (`evt.Meta.log_type == 'ssh'`): each is looked up by one such test.
 */
export class ScenarioIndex {
  readonly scenarios: readonly Scenario[]
  readonly #always: number[] = []
  readonly #dimensions: Dimension[] = []
  /** Candidates by the values of all dimensions; values that no filter names are one. */
  readonly #remembered = new Map<string, readonly Scenario[]>()

  constructor(scenarios: readonly Scenario[]) {
    this.scenarios = scenarios
    for (const [position, scenario] of scenarios.entries()) this.#place(position, scenario)
  }

  /** The scenarios that may take the event, in the order in which they are poured. */
  candidates(event: Event): readonly Scenario[] {
    let signature = ''
    for (const { map, key, byValue } of this.#dimensions) {
      const value = event[map].get(key) ?? ''
      signature += byValue.has(value) ? `=${value}\0` : '\0'
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
    const from = this.scenarios.indexOf(scenario)
    return candidates.filter((candidate) => this.scenarios.indexOf(candidate) > from)
  }

  #find(event: Event): readonly Scenario[] {
    const positions = [...this.#always]
    for (const { map, key, byValue } of this.#dimensions) {
      positions.push(...(byValue.get(event[map].get(key) ?? '') ?? []))
    }
    return positions.sort((a, b) => a - b).flatMap((position) => this.scenarios[position] ?? [])
  }

  #place(position: number, scenario: Scenario): void {
    for (const test of constantTests(scenario.filter)) {
      const dimension = test.kind === 'equals' ? this.#dimension(test.path) : null
      if (dimension === null) continue
      for (const value of new Set(test.values)) {
        const positions = dimension.byValue.get(value)
        if (positions) positions.push(position)
        else dimension.byValue.set(value, [position])
      }
      return
    }
    this.#always.push(position)
  }

  #dimension(path: string): Dimension | null {
    const match = /^evt\.(Parsed|Meta|Enriched)\.([^.]+)$/.exec(path)
    if (match === null) return null
    const [, name = '', key = ''] = match
    const map = name.toLowerCase() as Maps
    const known = this.#dimensions.find((dimension) => dimension.map === map && dimension.key === key)
    if (known) return known
    const created: Dimension = { map, key, byValue: new Map() }
    this.#dimensions.push(created)
    return created
  }
}
