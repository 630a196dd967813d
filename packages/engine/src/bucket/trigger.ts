import { type BucketKind, neverOverflows } from './bucket-kind.ts'

/** Every event overflows at once; `distinct`, `cancel_on` and `condition` are never asked. */
export const trigger: BucketKind = {
  type: 'trigger',
  build(document, context) {
    if ((document.capacity?.value ?? 0) !== 0) context.refuse('capacity', 'a trigger has no capacity')
    return { lifetimeNs: 0, timed: false, limited: false, immediate: true, overflows: neverOverflows }
  },
}
