import type { Event } from '../event.ts'
import { type Scenario, valueOf } from './scenario.ts'

const failed = Symbol('failed')

/** Whether the filter of a scenario takes an event; null where it fails or gives no bool. */
export function takes(scenario: Scenario, event: Event): boolean | null {
  const answer = valueOf(scenario, scenario.takes, event, null)
  return typeof answer === 'boolean' ? answer : null
}

/** The group of a scenario that an event belongs to; null where the groupby fails or gives no text. */
export function groupOf(scenario: Scenario, event: Event): string | null {
  if (scenario.groupby === null) return ''
  const group = valueOf(scenario, scenario.groupby, event, null)
  return typeof group === 'string' ? group : null
}

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
