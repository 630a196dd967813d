import type { Event } from '../event.ts'
import type { EventReader } from '../event-reader.ts'
import { cancels, distinctOf, groupOf, takes } from '../bucket/answers.ts'
import type { ScenarioIndex } from '../bucket/scenario-index.ts'
import type { Want } from './sifted.ts'

/** Asks the filters of scenarios, and those that take an event for what their buckets will ask; pours nothing. */
export class Sifter {
  /** Expressions that failed since the last batch. */
  failed = 0
  readonly #index: ScenarioIndex

  constructor(index: ScenarioIndex) {
    this.#index = index
  }

  /** What scenarios want of an event, in their order; null where a filter may write into it or ask for other lines. */
  sift(event: Event): Want[] | null {
    const index = this.#index
    const wants: Want[] = []
    const found = index.candidates(event)
    let groupby: EventReader | null = null
    let group: string | null = ''
    for (let at = 0; at < found.length; at++) {
      const candidate = found[at]!
      if (!index.mayTake(candidate, event)) continue
      // Buckets that are shared go by the rules of the scenario that created them, which is known to their owner only.
      if (candidate.writes || candidate.shares) return null
      const { scenario, position } = candidate
      const taken = candidate.decided || takes(scenario, event)
      if (taken === null) this.failed++
      if (taken !== true) continue
      if (scenario.groupby !== groupby) {
        groupby = scenario.groupby
        group = groupOf(scenario, event)
      }
      wants.push({
        position,
        group,
        distinct: distinctOf(scenario, event),
        cancels: cancels(scenario, event),
      })
    }
    return wants
  }
}
