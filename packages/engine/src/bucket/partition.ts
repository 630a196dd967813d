import type { Bucket } from './bucket.ts'
import type { Scenario } from './scenario.ts'

/** What the events of one group - of one address, mostly - have filled: the buckets of all scenarios, side by side. */
export class Partition {
  readonly group: string
  readonly buckets: Bucket[] = []

  constructor(group: string) {
    this.group = group
  }

  /** The bucket of a scenario; scenarios that are equal in key share theirs. */
  bucketOf(scenario: Scenario): Bucket | undefined {
    const { buckets } = this
    for (let at = 0; at < buckets.length; at++) {
      const bucket = buckets[at] as Bucket
      if (bucket.scenario === scenario || bucket.scenario.sharedKey === scenario.sharedKey) return bucket
    }
    return undefined
  }

  remove(bucket: Bucket): void {
    const { buckets } = this
    const at = buckets.indexOf(bucket)
    const last = at < 0 ? undefined : buckets.pop()
    if (last !== undefined && last !== bucket) buckets[at] = last
  }
}
