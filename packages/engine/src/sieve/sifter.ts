import type { Event } from '../event.ts'
import type { EventReader } from '../event-reader.ts'
import { type Scenario, valueOf } from '../bucket/scenario.ts'
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
    index.read(event)
    let groupby: EventReader | null = null
    let group: string | null = ''
    for (let at = 0; at < found.length; at++) {
      const candidate = found[at]!
      if (!index.mayTake(candidate, event)) continue
      // Buckets that are shared go by the rules of the scenario that created them, which is known to their owner only.
      if (candidate.writes || candidate.shares) return null
      const { scenario, position } = candidate
      if (!candidate.decided && !this.#takes(scenario, event)) continue
      if (scenario.groupby !== groupby) {
        groupby = scenario.groupby
        group = groupby === null ? '' : textOrNull(valueOf(scenario, groupby, event, null))
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

  #takes(scenario: Scenario, event: Event): boolean {
    const answer = valueOf(scenario, scenario.takes, event, null)
    if (typeof answer === 'boolean') return answer
    this.failed++
    return false
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

const failed = Symbol('failed')

/** The value of `distinct` by which an event is told from others: empty for what is no text, null where there is none. */
export function distinctOf(scenario: Scenario, event: Event): string | null {
  if (scenario.distinct === null) return null
  const value = valueOf(scenario, scenario.distinct, event, failed)
  if (value === failed) return null
  return typeof value === 'string' ? value : ''
}

/** Whether an event ends the bucket instead of filling it. */
export function cancels(scenario: Scenario, event: Event): boolean {
  return scenario.cancelOn !== null && valueOf(scenario, scenario.cancelOn, event, false) === true
}
