import type { Located } from '@tocsin/document'
import { type BucketKind, type BucketRules, type KindContext, neverOverflows } from './bucket-kind.ts'
import { durationNs } from './duration-field.ts'

/** Overflows when its condition holds after an event was poured; the number of events does not matter. */
export const conditional: BucketKind = {
  type: 'conditional',
  build(document, context) {
    const leakNs = durationNs(document.leakspeed)
    if (!document.condition) context.refuse('condition', 'a conditional bucket needs a condition')
    if (leakNs <= 0) context.refuse('leakspeed', 'a conditional bucket needs a leakspeed above zero')
    return {
      lifetimeNs: leakNs,
      timed: false,
      limited: false,
      immediate: false,
      overflows: document.condition ? conditionOf(document.condition, context) : neverOverflows,
    }
  },
}

/** Whether a condition over `evt`, `queue` and `leaky` holds; one that fails or gives no bool does not. */
export function conditionOf(source: Located<string>, context: KindContext): BucketRules['overflows'] {
  const program = context.compile(source)
  if (program === undefined) return neverOverflows
  const looksAtBucket = /\bleaky\b|\$env\b/.test(source.value)
  return (bucket, event) => {
    try {
      const leaky = looksAtBucket ? bucket.view() : null
      return program.run({ evt: event, queue: bucket.queue, leaky }) === true
    } catch (error) {
      context.failed(error)
      return false
    }
  }
}
