import type { Program } from '@tocsin/expr'
import type { Event } from '../event.ts'
import type { BayesianConditionDocument, ScenarioDocument } from '../item/scenario-schema.ts'
import type { Bucket } from './bucket.ts'
import type { BucketKind, KindContext } from './bucket-kind.ts'
import { durationNs } from './duration-field.ts'

interface Observation {
  readonly program: Program
  readonly evil: number
  readonly benign: number
  readonly guillotine: boolean
}

const single = Math.fround

/** Overflows when what was observed makes an attacker likelier than the threshold. Arithmetic of 32-bit floats. */
export const bayesian: BucketKind = {
  type: 'bayesian',
  build(document, context) {
    const prior = document.bayesianPrior?.value ?? 0
    const threshold = document.bayesianThreshold?.value ?? 0
    checkDemands(document, context, prior, threshold)
    const observations = document.bayesianConditions.flatMap((condition) => observe(condition, context))
    return {
      lifetimeNs: durationNs(document.leakspeed),
      timed: false,
      limited: false,
      immediate: false,
      overflows: (bucket, event) =>
        posterior(bucket.view(), event, single(prior), observations, context) > single(threshold),
    }
  },
}

function checkDemands(
  document: ScenarioDocument,
  context: KindContext,
  prior: number,
  threshold: number,
): void {
  const isShare = (value: number) => value > 0 && value <= 1
  if (document.capacity?.value !== -1) context.refuse('capacity', 'a bayesian bucket needs a capacity of -1')
  if (!isShare(prior)) context.refuse('bayesian_prior', 'it must lie above 0 and be at most 1')
  if (!isShare(threshold)) context.refuse('bayesian_threshold', 'it must lie above 0 and be at most 1')
  if (document.bayesianConditions.length === 0) {
    context.refuse('bayesian_conditions', 'a bayesian bucket needs conditions')
  }
  if (durationNs(document.leakspeed) <= 0) {
    context.refuse('leakspeed', 'a bayesian bucket needs a leakspeed above zero')
  }
}

function observe(condition: BayesianConditionDocument, context: KindContext): Observation[] {
  const program = context.compile(condition.condition)
  if (program === undefined) return []
  const { probGivenEvil, probGivenBenign, guillotine } = condition
  return [{ program, evil: single(probGivenEvil), benign: single(probGivenBenign), guillotine }]
}

/** The probability of an attacker, from the prior through every observation of this moment. */
function posterior(
  bucket: Bucket,
  event: Event,
  prior: number,
  observations: readonly Observation[],
  context: KindContext,
): number {
  let probability = prior
  for (const [index, observation] of observations.entries()) {
    const held = holds(bucket, event, observation, index, context)
    if (held === null) return 0
    const { evil, benign } = observation
    probability = held
      ? update(probability, evil, benign)
      : update(probability, single(1 - evil), single(1 - benign))
  }
  return probability
}

/** Whether an observation holds; null if its expression fails, which ends the judgement of this event. */
function holds(
  bucket: Bucket,
  event: Event,
  { program, guillotine }: Observation,
  index: number,
  context: KindContext,
): boolean | null {
  if (bucket.settled.has(index)) return true
  try {
    const held = program.run({ evt: event, queue: bucket.queue, leaky: bucket })
    if (typeof held !== 'boolean') return null
    if (held && guillotine) bucket.settled.add(index)
    return held
  } catch (error) {
    context.failed(error)
    return null
  }
}

function update(prior: number, evil: number, benign: number): number {
  const numerator = single(evil * prior)
  return single(numerator / single(numerator + single(benign * single(1 - prior))))
}
