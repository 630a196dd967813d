import { constantTests } from '@tocsin/expr'
import type { Contexts } from '../alert/context.ts'
import { type Kept, keptParts } from '../bucket/kept.ts'
import type { Scenario } from '../bucket/scenario.ts'
import { Demand } from './demand.ts'
import { writesEvents } from './effects.ts'
import { Occasions } from './occasion.ts'

/** What scenarios and contexts need of events: to keep of queued ones, and to find in a line while it is poured. */
export function needsOf(scenarios: readonly Scenario[], contexts: Contexts): { kept: Kept; demand: Demand } {
  const later = [...contexts.sources, ...scenarios.flatMap(laterSources)]
  const kept = keptParts(scenarios.flatMap(conditionsOf), later, scenarios.flatMap(pouringSources))
  return { kept, demand: demandOf(scenarios) }
}

/** The expressions of a scenario that run on events in its queue while its buckets fill. */
export function conditionsOf({ document: { condition, bayesianConditions } }: Scenario): string[] {
  const observations = bayesianConditions.map((observation) => observation.condition)
  return [condition, ...observations].flatMap((source) => source?.value ?? [])
}

/** Those that run on an event while it is poured. */
function pouringSources({ document: { filter, groupby, distinct, cancelOn } }: Scenario): string[] {
  return [filter, groupby, distinct, cancelOn].flatMap((source) => source?.value ?? [])
}

/** Those that run when a bucket has overflowed. */
function laterSources({ document: { overflowFilter, scope } }: Scenario): string[] {
  return [overflowFilter, scope?.expression].flatMap((source) => source?.value ?? [])
}

/** Whether a condition may write into events, which then have to be complete from the beginning. */
export function writesQueued(scenarios: readonly Scenario[]): boolean {
  return scenarios.flatMap(conditionsOf).some(writesEvents)
}

/** What scenarios read of an event while it is poured. */
function demandOf(scenarios: readonly Scenario[]): Demand {
  const demand = new Demand()
  const occasions = new Occasions()
  for (const scenario of scenarios) {
    // Where one of the tests that a filter begins with does not hold, nothing else is asked of the event.
    const when = occasions.of(scenario.filter)
    for (const { path } of constantTests(scenario.filter)) demand.addExpression(path)
    for (const source of pouringSources(scenario)) demand.addExpression(source, when)
    for (const source of conditionsOf(scenario)) demand.addBucketExpression(source, when)
  }
  return demand
}
