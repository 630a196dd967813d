import { type BucketKind, neverOverflows } from './bucket-kind.ts'
import { conditionOf } from './conditional.ts'
import { durationNs } from './duration-field.ts'

/** Overflows when more than `capacity` events are in it, one leaving every `leakspeed`. */
export const leaky: BucketKind = {
  type: 'leaky',
  build(document, context) {
    const capacity = document.capacity?.value ?? 0
    const leakNs = durationNs(document.leakspeed)
    if (capacity <= 0) context.refuse('capacity', 'a leaky bucket needs a capacity of at least 1')
    if (leakNs <= 0) context.refuse('leakspeed', 'a leaky bucket needs a leakspeed above zero')
    const duration = durationNs(document.duration)
    return {
      lifetimeNs: duration > 0 ? duration : (capacity + 1) * leakNs,
      timed: duration > 0,
      limited: true,
      immediate: false,
      overflows: document.condition ? conditionOf(document.condition, context) : neverOverflows,
    }
  },
}
