import type { Program } from '@tocsin/expr'
import { parseGoDuration } from '@tocsin/model'
import { compileField } from '../../src/bucket/compile-field.ts'
import type { ScenarioEnvironments } from '../../src/bucket/environments.ts'
import type { Scenario } from '../../src/bucket/scenario.ts'
import type { Event } from '../../src/event.ts'
import type { PlainBucket } from './plain-bucket.ts'

/** A scenario with the numbers of its document as they are: durations are whole nanoseconds. */
export interface PlainScenario {
  /** The engine's own, for what is said of an overflow: name, version, scope, partition. */
  readonly compiled: Scenario
  readonly filter: Program
  readonly groupby: Program | null
  readonly distinct: Program | null
  readonly cancelOn: Program | null
  readonly capacity: bigint
  readonly leakNs: bigint
  readonly lifetimeNs: bigint
  /** Whether the end of the lifetime is an overflow, counted from the first event. */
  readonly timed: boolean
  readonly blackholeNs: bigint
  /** The groups whose overflows are hidden, and until when. */
  readonly hidden: Map<string, bigint>
  /** Whether a bucket overflows, apart from being full, now that an event was poured. */
  overflows(bucket: PlainBucket, event: Event): boolean
}

/** Reads a scenario anew. */
export function plainScenario(compiled: Scenario, environments: ScenarioEnvironments): PlainScenario {
  const { document } = compiled
  const { type, filter, groupby, distinct, cancelOn, condition } = document
  const compile = (source: typeof groupby, place: 'event' | 'bucket' = 'event') =>
    source === undefined ? null : compileField('field', source, environments[place], 'any')
  const ns = (field: typeof groupby) => (field === undefined ? 0n : (parseGoDuration(field.value) ?? 0n))
  const capacity = BigInt(document.capacity?.value ?? 0)
  const leakNs = ns(document.leakspeed)
  const timed = ns(document.duration) > 0n && (type.value === 'leaky' || type.value === 'counter')
  const lifetimeNs = timed
    ? ns(document.duration)
    : type.value === 'leaky'
      ? (capacity + 1n) * leakNs
      : leakNs
  const judged = compile(condition, 'bucket')
  const asks = type.value === 'leaky' || type.value === 'conditional'
  return {
    compiled,
    filter: compileField('filter', filter, environments.event, 'any'),
    groupby: compile(groupby),
    distinct: compile(distinct),
    cancelOn: compile(cancelOn),
    capacity,
    leakNs,
    lifetimeNs,
    timed,
    blackholeNs: ns(document.blackhole),
    hidden: new Map(),
    overflows:
      type.value === 'bayesian'
        ? bayesian(compiled, (source) => compile(source, 'bucket'))
        : (bucket, event) => asks && judged !== null && holds(judged, bucket, event) === true,
  }
}

/** The value of a condition, if it is a bool. */
function holds(program: Program, bucket: PlainBucket, event: Event): boolean | null {
  try {
    const value = program.run({ evt: event, queue: bucket.queue, leaky: bucket })
    return typeof value === 'boolean' ? value : null
  } catch {
    return null
  }
}

/** Every observation multiplies the odds; all arithmetic rounds to 32 bits. */
function bayesian(
  { document }: Scenario,
  compile: (source: Scenario['document']['filter']) => Program | null,
): PlainScenario['overflows'] {
  const { fround } = Math
  const observations = document.bayesianConditions.map((each) => ({
    ...each,
    program: compile(each.condition),
  }))
  return (bucket, event) => {
    let probability = fround(document.bayesianPrior?.value ?? 0)
    for (const [index, { program, probGivenEvil, probGivenBenign, guillotine }] of observations.entries()) {
      const held = bucket.settled.has(index) || (program !== null && holds(program, bucket, event))
      if (held === null) return false
      if (held && guillotine) bucket.settled.add(index)
      const evil = held ? fround(probGivenEvil) : fround(1 - fround(probGivenEvil))
      const benign = held ? fround(probGivenBenign) : fround(1 - fround(probGivenBenign))
      const numerator = fround(evil * probability)
      const other = fround(benign * fround(1 - probability))
      probability = fround(numerator / fround(numerator + other))
    }
    return probability > fround(document.bayesianThreshold?.value ?? 0)
  }
}
