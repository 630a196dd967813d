import { type BucketKind, neverOverflows } from './bucket-kind.ts'
import { durationNs } from './duration-field.ts'

/** Overflows `duration` after its first event, whatever the number of events. In replay it never does. */
export const counter: BucketKind = {
  type: 'counter',
  build(document, context) {
    const duration = durationNs(document.duration)
    if (document.capacity?.value !== -1) context.refuse('capacity', 'a counter needs a capacity of -1')
    if (duration <= 0) context.refuse('duration', 'a counter needs a duration above zero')
    return {
      lifetimeNs: duration,
      timed: true,
      limited: false,
      immediate: false,
      overflows: neverOverflows,
    }
  },
}
