import {
  anything,
  bool,
  integer,
  list,
  type Located,
  located,
  mapOf,
  number,
  object,
  oneOf,
  required,
  type Schema,
  text,
} from '@tocsin/document'
import { type DataSource, dataSources } from './data-source.ts'
import { durationText, optionalText } from './field.ts'

export type BucketType = 'trigger' | 'leaky' | 'counter' | 'conditional' | 'bayesian'

/** One observation of a bayesian bucket and how likely it is for an attacker and for anybody else. */
export interface BayesianConditionDocument {
  readonly condition: Located<string>
  readonly probGivenEvil: number
  readonly probGivenBenign: number
  /** Once true, always true. */
  readonly guillotine: boolean
}

/** A scenario as written; what its type demands is checked where its bucket is built. */
export interface ScenarioDocument {
  readonly format: Located<string> | undefined
  readonly name: string
  readonly author: string
  readonly description: string
  readonly references: readonly string[]
  readonly version: string
  readonly type: Located<BucketType>
  readonly debug: boolean
  readonly filter: Located<string>
  readonly groupby: Located<string> | undefined
  readonly distinct: Located<string> | undefined
  readonly capacity: Located<number> | undefined
  /** Go duration text, checked. */
  readonly leakspeed: Located<string> | undefined
  /** Go duration text, checked. */
  readonly duration: Located<string> | undefined
  /** Go duration text, checked. */
  readonly blackhole: Located<string> | undefined
  readonly cacheSize: Located<number> | undefined
  readonly cancelOn: Located<string> | undefined
  readonly overflowFilter: Located<string> | undefined
  readonly condition: Located<string> | undefined
  readonly bayesianPrior: Located<number> | undefined
  readonly bayesianThreshold: Located<number> | undefined
  readonly bayesianConditions: readonly BayesianConditionDocument[]
  readonly scope: ScopeDocument | undefined
  readonly reprocess: boolean
  readonly data: readonly DataSource[]
  /** Free; only `remediation` reaches alerts. */
  readonly labels: ReadonlyMap<string, unknown>
}

export interface ScopeDocument {
  readonly type: Located<string> | undefined
  readonly expression: Located<string> | undefined
}

/** A document of a scenario file. Source: the original's leakybucket.BucketSpec. */
export function scenarioDocument(): Schema<ScenarioDocument> {
  const read = object({
    ...headShape,
    ...bucketShape,
    scope: object({ type: optionalText(), expression: optionalText() }),
    reprocess: bool(),
    data: dataSources(),
    labels: mapOf(anything()),
  })
  return (node, at) => {
    const raw = read(node, at)
    if (!raw?.name || !raw.type || !raw.description || !raw.filter) return undefined
    return {
      format: raw.format,
      name: raw.name.value,
      author: raw.author ?? '',
      description: raw.description.value,
      references: raw.references ?? [],
      version: raw.version ?? '',
      type: raw.type,
      debug: raw.debug ?? false,
      filter: raw.filter,
      groupby: raw.groupby,
      distinct: raw.distinct,
      capacity: raw.capacity,
      leakspeed: raw.leakspeed,
      duration: raw.duration,
      blackhole: raw.blackhole,
      cacheSize: raw.cache_size,
      cancelOn: raw.cancel_on,
      overflowFilter: raw.overflow_filter,
      condition: raw.condition,
      bayesianPrior: raw.bayesian_prior,
      bayesianThreshold: raw.bayesian_threshold,
      bayesianConditions: raw.bayesian_conditions ?? [],
      scope: raw.scope,
      reprocess: raw.reprocess ?? false,
      data: raw.data ?? [],
      labels: raw.labels ?? new Map(),
    }
  }
}

const headShape = {
  format: optionalText(),
  name: required(optionalText()),
  author: text(),
  description: required(optionalText()),
  references: list(text()),
  version: text(),
  debug: bool(),
  profiling: bool(),
}

const bucketShape = {
  type: required(located(oneOf('trigger', 'leaky', 'counter', 'conditional', 'bayesian'))),
  filter: required(optionalText()),
  groupby: optionalText(),
  distinct: optionalText(),
  capacity: located(integer()),
  leakspeed: durationText(),
  duration: durationText(),
  blackhole: durationText(),
  cache_size: located(integer()),
  cancel_on: optionalText(),
  overflow_filter: optionalText(),
  condition: optionalText(),
  bayesian_prior: located(number()),
  bayesian_threshold: located(number()),
  bayesian_conditions: list(bayesianCondition()),
}

function bayesianCondition(): Schema<BayesianConditionDocument> {
  const read = object({
    condition: required(optionalText()),
    prob_given_evil: required(number()),
    prob_given_benign: required(number()),
    guillotine: bool(),
  })
  return (node, at) => {
    const raw = read(node, at)
    if (!raw?.condition) return undefined
    const { condition, prob_given_evil, prob_given_benign, guillotine } = raw
    if (prob_given_evil === undefined || prob_given_benign === undefined) return undefined
    return {
      condition,
      probGivenEvil: prob_given_evil,
      probGivenBenign: prob_given_benign,
      guillotine: guillotine ?? false,
    }
  }
}
