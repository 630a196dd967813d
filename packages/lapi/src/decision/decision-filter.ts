import type { Cidr } from '@tocsin/model'
import type { ActiveSet, HeldDecision } from './active-set.ts'
import type { Decision } from './decision.ts'
import { cidrCovers } from '@tocsin/model'

/** Which decisions a caller asks for; what is absent does not narrow. */
export interface DecisionFilter {
  readonly cidr?: Cidr
  /** True: decisions around `cidr`. False: those within it. */
  readonly contains: boolean
  /** Each list narrows by itself. */
  readonly scopes: readonly ReadonlySet<string>[]
  readonly value?: string
  readonly type?: string
  readonly origins?: ReadonlySet<string>
  readonly scenario?: string
  readonly uuids?: ReadonlySet<string>
  /** In lower case: one of them occurs in the scenario. */
  readonly scenariosContaining?: readonly string[]
  /** In lower case: none of them occurs in the scenario. */
  readonly scenariosNotContaining?: readonly string[]
  readonly withSimulated: boolean
}

/** A test for many decisions. */
export function decisionTest(filter: DecisionFilter): (decision: Decision) => boolean {
  const tests: ((decision: Decision) => boolean)[] = []
  const { cidr, contains, value, type, origins, scenario, uuids } = filter
  if (!filter.withSimulated) tests.push((decision) => !decision.simulated)
  for (const scopes of filter.scopes) tests.push((decision) => scopes.has(decision.scope))
  if (value !== undefined) tests.push((decision) => decision.value === value)
  if (type !== undefined) tests.push((decision) => decision.type === type)
  if (origins) tests.push((decision) => origins.has(decision.origin))
  if (scenario !== undefined) tests.push((decision) => decision.scenario === scenario)
  if (uuids) tests.push((decision) => uuids.has(decision.uuid))
  if (cidr) tests.push((decision) => decision.cidr !== null && touches(decision.cidr, cidr, contains))
  const scenarioTest = scenarioTextTest(filter)
  if (scenarioTest) tests.push((decision) => scenarioTest(decision.scenario))
  return (decision) => tests.every((test) => test(decision))
}

function touches(block: Cidr, asked: Cidr, contains: boolean): boolean {
  return contains ? cidrCovers(block, asked) : cidrCovers(asked, block)
}

/** Few scenarios share many decisions: each is looked at once. */
function scenarioTextTest(filter: DecisionFilter): ((scenario: string) => boolean) | undefined {
  const { scenariosContaining: wanted, scenariosNotContaining: unwanted = [] } = filter
  if (!wanted && unwanted.length === 0) return undefined
  const known = new Map<string, boolean>()
  return (scenario) => {
    let result = known.get(scenario)
    if (result === undefined) {
      const lower = scenario.toLowerCase()
      const has = (part: string) => lower.includes(part)
      result = (!wanted || wanted.some(has)) && !unwanted.some(has)
      known.set(scenario, result)
    }
    return result
  }
}

/**
 * The few decisions that can match where the filter names an address or a value, oldest first; null where it
 * names neither and the whole set has to be read.
 */
export function candidates(set: ActiveSet, filter: DecisionFilter): HeldDecision[] | null {
  const { cidr, value } = filter
  const found =
    value !== undefined ? set.withValue(value) : cidr && addressCandidates(set, cidr, filter.contains)
  return found ? [...found].sort((a, b) => a.version - b.version) : null
}

function addressCandidates(set: ActiveSet, cidr: Cidr, contains: boolean): Iterable<HeldDecision> {
  return contains ? set.around(cidr) : set.within(cidr)
}
