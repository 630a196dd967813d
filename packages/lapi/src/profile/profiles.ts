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
import { type Logger, parseDuration, TocsinError, TocsinErrors } from '@tocsin/model'
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
  readonly durationNs: bigint
}

interface CompiledProfile {
  readonly spec: ProfileSpec
  readonly name: string
  readonly filters: readonly Program[]
  readonly duration: Program | undefined
}

type Verdict = 'matched' | 'passed' | 'stop'

/** A decision's duration where its profile names none. */
const defaultDurationNs = 4n * 3_600_000_000_000n

/** The profiles in force, compiled: from an alert to what is decided about it. */
export class Profiles {
  readonly #profiles: readonly CompiledProfile[]
  readonly #lookup: DecisionLookup
  readonly #logger: Logger

  /** Throws LAPI_BAD_PROFILES (a TocsinErrors) with every expression that does not compile. */
  constructor(specs: readonly ProfileSpec[], lookup: DecisionLookup, logger: Logger) {
    this.#lookup = lookup
    this.#logger = logger
    const environment = profileEnvironment(lookup, logger)
    const errors: TocsinError[] = []
    this.#profiles = specs.flatMap((spec) => compile(spec, environment, errors) ?? [])
    if (errors.length > 0) throw new TocsinErrors('LAPI_BAD_PROFILES', 'cannot use the profiles', errors)
  }

  /** The decisions of the first profile that takes the alert and decides something; none where no profile does. */
  async decide(alert: NewAlert): Promise<ProfileDecision[]> {
    return await this.#lookup.answering(alert.createdAt, () => this.#decide(alert))
  }

  #decide(alert: NewAlert): ProfileDecision[] {
    const scope = { Alert: new ProfileAlert(alert) }
    for (const profile of this.#profiles) {
      const decisions: ProfileDecision[] = []
      const verdict = this.#evaluate(profile, scope, alert, decisions)
      const isLast = decisions.length > 0 || profile.spec.on_success === 'break'
      if (verdict === 'matched' && isLast) return decisions
      if (verdict === 'stop') return []
    }
    return []
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
    return onError === 'break' || onError === 'apply' ? 'stop' : 'passed'
  }

  #decisions(profile: CompiledProfile, scope: { Alert: ProfileAlert }, alert: NewAlert): ProfileDecision[] {
    const computed = this.#computedDuration(profile, scope)
    return (profile.spec.decisions ?? []).map((spec) => ({
      origin: spec.origin === undefined ? 'crowdsec' : `crowdsec/${spec.origin}`,
      type: spec.type ?? 'ban',
      scope: spec.scope ?? alert.source.scope,
      simulated: spec.simulated ?? false,
      durationNs: computed ?? parseDuration(spec.duration?.value ?? '') ?? defaultDurationNs,
    }))
  }

  #computedDuration(profile: CompiledProfile, scope: { Alert: ProfileAlert }): bigint | null {
    if (!profile.duration) return null
    try {
      const text = profile.duration.run(scope)
      const duration = typeof text === 'string' ? parseDuration(text) : null
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
  return { spec, name: spec.name.value, filters, duration }
}
