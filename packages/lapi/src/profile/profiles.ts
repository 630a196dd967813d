import {
  createEnvironment,
  DataFiles,
  type Environment,
  helperFunctions,
  type Program,
  StashCaches,
  types,
} from '@tocsin/expr'
import { hostname } from 'node:os'
import { type Located, placeInText } from '@tocsin/document'
import { type Logger, nearestName, TocsinError, TocsinErrors } from '@tocsin/model'
import { parseDecisionDuration } from '../decision/duration.ts'
import type { NewAlert } from '../store/store.ts'
import { alertType, ProfileAlert } from './alert-type.ts'
import { compileField } from './compile-field.ts'
import type { DecisionLookup } from './decision-lookup.ts'
import type { ProfileSpec } from './schema.ts'

/** What a profile decides about an alert's source. */
export interface ProfileDecision {
  readonly origin: string
  readonly type: string
  readonly scope: string
  readonly simulated: boolean
  /** Infinity: for ever. */
  readonly durationMs: number
}

/** What becomes of an alert. */
export interface ProfileVerdict {
  readonly decisions: readonly ProfileDecision[]
  /** Names of the sinks that are to be told of it. */
  readonly notify: readonly string[]
}

interface CompiledProfile {
  readonly spec: ProfileSpec
  readonly name: string
  readonly filters: readonly Program[]
  readonly duration: Program | undefined
  readonly escalation: Escalation | undefined
  readonly notify: readonly string[]
}

interface Escalation {
  readonly durationsMs: readonly number[]
  readonly withinMs: number | undefined
}

type Verdict = 'matched' | 'passed' | 'stop'

/** A decision's duration where its profile names none. */
const defaultDurationMs = 4 * 3_600_000

/** The profiles in force, compiled: from an alert to what is decided about it. */
export class Profiles {
  readonly #profiles: readonly CompiledProfile[]
  readonly #lookup: DecisionLookup
  readonly #logger: Logger

  /**
   * Throws LAPI_BAD_PROFILES (a TocsinErrors) with every expression that does not compile and every sink that is
   * not among the given ones.
   */
  constructor(
    specs: readonly ProfileSpec[],
    lookup: DecisionLookup,
    logger: Logger,
    sinks: ReadonlySet<string> = new Set(),
  ) {
    this.#lookup = lookup
    this.#logger = logger
    const environment = profileEnvironment(lookup, logger)
    const errors: TocsinError[] = []
    this.#profiles = specs.flatMap((spec) => compile(spec, environment, errors, sinks) ?? [])
    if (errors.length > 0) throw new TocsinErrors('LAPI_BAD_PROFILES', 'cannot use the profiles', errors)
  }

  /** Whether any profile tells anybody. */
  get notifies(): boolean {
    return this.#profiles.some(({ notify }) => notify.length > 0)
  }

  /**
   * The decisions of the first profile that takes the alert and decides something, and whom all profiles that take
   * it tell.
   */
  async decide(alert: NewAlert): Promise<ProfileVerdict> {
    return await this.#lookup.answering(alert.createdAt, () => this.#decide(alert))
  }

  #decide(alert: NewAlert): ProfileVerdict {
    const scope = { Alert: new ProfileAlert(alert) }
    const notify = new Set<string>()
    let decided: readonly ProfileDecision[] = []
    for (const [index, profile] of this.#profiles.entries()) {
      const decisions: ProfileDecision[] = []
      const verdict = this.#evaluate(profile, scope, alert, decisions)
      if (verdict === 'stop') break
      if (verdict === 'passed') continue
      for (const name of profile.notify) notify.add(name)
      if (decided.length === 0) decided = decisions
      if (profile.spec.on_success === 'break') break
      // Later ones may only tell.
      if (decided.length > 0 && !this.#profiles.slice(index + 1).some(({ notify }) => notify.length > 0))
        break
    }
    return { decisions: decided, notify: [...notify] }
  }

  #evaluate(
    profile: CompiledProfile,
    scope: { Alert: ProfileAlert },
    alert: NewAlert,
    decisions: ProfileDecision[],
  ): Verdict {
    let matched = false
    for (const filter of profile.filters) {
      let result: unknown
      try {
        result = filter.run(scope)
      } catch (error) {
        if (this.#lookup.isMissing) return 'stop'
        return this.#failed(profile, error)
      }
      if (profile.spec.debug) {
        this.#logger.info(`profile "${profile.name}": ${filter.source} is ${String(result)}`)
      }
      if (result !== true) continue
      matched = true
      // Each filter that holds decides again, as in the reference.
      decisions.push(...this.#decisions(profile, scope, alert))
    }
    return matched ? 'matched' : 'passed'
  }

  /** An alert must not be lost to a failing expression: it is kept, and the other profiles have their turn. */
  #failed(profile: CompiledProfile, error: unknown): Verdict {
    const reason = error instanceof Error ? error.message : String(error)
    this.#logger.error(`cannot evaluate profile "${profile.name}": ${reason}`)
    const { on_error: onError } = profile.spec
    if (onError === 'apply') return 'matched'
    return onError === 'break' ? 'stop' : 'passed'
  }

  #decisions(profile: CompiledProfile, scope: { Alert: ProfileAlert }, alert: NewAlert): ProfileDecision[] {
    const computed = this.#computedDuration(profile, scope) ?? this.#escalated(profile, alert)
    return (profile.spec.decisions ?? []).map((spec) => ({
      origin: spec.origin === undefined ? 'crowdsec' : `crowdsec/${spec.origin}`,
      type: spec.type ?? 'ban',
      scope: spec.scope ?? alert.source.scope,
      simulated: spec.simulated ?? false,
      durationMs: computed ?? parseDecisionDuration(spec.duration?.value ?? '') ?? defaultDurationMs,
    }))
  }

  #computedDuration(profile: CompiledProfile, scope: { Alert: ProfileAlert }): number | null {
    if (!profile.duration) return null
    try {
      const text = profile.duration.run(scope)
      const duration = typeof text === 'string' ? parseDecisionDuration(text) : null
      if (duration === null) {
        this.#logger.warn(
          `profile "${profile.name}": duration_expr gave ${JSON.stringify(text)}, which is no duration`,
        )
      }
      return duration
    } catch (error) {
      if (this.#lookup.isMissing) return null
      const reason = error instanceof Error ? error.message : String(error)
      this.#logger.warn(`cannot evaluate duration_expr of profile "${profile.name}": ${reason}`)
      return null
    }
  }

  /** The duration for as many decisions as there were on the value; null where the profile has no such row. */
  #escalated({ escalation }: CompiledProfile, alert: NewAlert): number | null {
    if (!escalation) return null
    const { durationsMs, withinMs } = escalation
    const { value } = alert.source
    let count: number
    try {
      count =
        withinMs === undefined
          ? this.#lookup.count(value)
          : this.#lookup.countSince(value, alert.createdAt - withinMs)
    } catch (error) {
      // The count is looked up, and the run begins again.
      if (this.#lookup.isMissing) return null
      throw error
    }
    return durationsMs[Math.min(count, durationsMs.length - 1)] ?? null
  }
}

/** `Alert` and the helper functions that need nothing but the decisions and this machine. */
function profileEnvironment(lookup: DecisionLookup, logger: Logger): Environment {
  const clock = () => lookup.now
  const capabilities = {
    files: new DataFiles(),
    stash: new StashCaches(clock),
    clock,
    hostname: hostname(),
    log: logger,
    decisions: lookup,
  }
  return createEnvironment({
    variables: { Alert: types.struct(alertType) },
    functions: helperFunctions(capabilities),
  })
}

function compile(
  spec: ProfileSpec,
  environment: Environment,
  errors: TocsinError[],
  sinks: ReadonlySet<string>,
): CompiledProfile | undefined {
  const program = (field: string, source: ProfileSpec['name'], expect: 'bool' | 'string') => {
    try {
      return compileField(field, source, environment, expect)
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
      errors.push(error)
      return undefined
    }
  }
  const filters = spec.filters.flatMap((filter) => program('filter', filter, 'bool') ?? [])
  const { duration_expr: source } = spec
  const duration = source && program('duration_expr', source, 'string')
  const notify = (spec.notifications ?? []).map((name) => {
    if (!sinks.has(name.value)) errors.push(unknownSink(name, sinks))
    return name.value
  })
  return { spec, name: spec.name.value, filters, duration, escalation: escalationOf(spec), notify }
}

function escalationOf({ escalation }: ProfileSpec): Escalation | undefined {
  if (!escalation) return undefined
  const durationsMs = escalation.durations.flatMap((text) => parseDecisionDuration(text) ?? [])
  const withinMs = parseDecisionDuration(escalation.within?.value ?? '') ?? undefined
  return { durationsMs, withinMs }
}

function unknownSink(name: Located<string>, sinks: ReadonlySet<string>): TocsinError {
  const nearest = nearestName(name.value, sinks)
  return new TocsinError(
    'LAPI_UNKNOWN_NOTIFICATION',
    `cannot notify "${name.value}": there is no such sink`,
    {
      where: placeInText(name, 0),
      hint:
        nearest === undefined ? 'configure it, or take it out of the profile' : `did you mean "${nearest}"?`,
    },
  )
}
