import { type Cidr, cidrCovers } from '@tocsin/model'
import type { Decision } from './decision.ts'
import type { KindOf } from './kind-table.ts'

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
  const tests: ((decision: Decision) => boolean)[] = [kindTest(filter)]
  const { cidr, contains, value, uuids } = filter
  if (value !== undefined) tests.push((decision) => decision.value === value)
  if (uuids) tests.push((decision) => uuids.has(decision.uuid))
  if (cidr) tests.push((decision) => decision.cidr !== null && touches(decision.cidr, cidr, contains))
  return (decision) => tests.every((test) => test(decision))
}

/** What the filter asks of things that many decisions have in common. */
export function kindTest(filter: DecisionFilter): (kind: KindOf) => boolean {
  const tests: ((kind: KindOf) => boolean)[] = []
  const { type, origins, scenario } = filter
  if (!filter.withSimulated) tests.push((kind) => !kind.simulated)
  for (const scopes of filter.scopes) tests.push((kind) => scopes.has(kind.scope))
  if (type !== undefined) tests.push((kind) => kind.type === type)
  if (origins) tests.push((kind) => origins.has(kind.origin))
  if (scenario !== undefined) tests.push((kind) => kind.scenario === scenario)
  const scenarioTest = scenarioTextTest(filter)
  if (scenarioTest) tests.push((kind) => scenarioTest(kind.scenario))
  return (kind) => tests.every((test) => test(kind))
}

/** Whether a block holds the asked one (`contains`), or lies within it. */
export function touches(block: Cidr, asked: Cidr, contains: boolean): boolean {
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
      if (known.size < maxKnown) known.set(scenario, result)
    }
    return result
  }
}

const maxKnown = 10_000
