import { putAt } from './grow.ts'
import { ownText } from './own-text.ts'

/** Fewer values than this are compared one by one. */
const fewest = 6

/** Estimated bytes of a value beside its characters. */
const valueBytes = 60

type Values = string | string[] | Set<string>

/** The values of `distinct` that were poured into buckets, by the number of the bucket. Most have seen one or a few. */
export class DistinctValues {
  readonly #values: (Values | null)[] = []
  /** Estimated bytes of all values. */
  bytes = 0

  /** Whether a value is new to a bucket; if so it is remembered. */
  isNew(bucket: number, value: string): boolean {
    const seen = this.#values[bucket]
    if (seen === undefined || seen === null) putAt(this.#values, bucket, ownText(value))
    else if (typeof seen === 'string') {
      if (seen === value) return false
      this.#values[bucket] = [seen, ownText(value)]
    } else if (Array.isArray(seen)) {
      if (isAmong(seen, value)) return false
      if (seen.length < fewest) seen.push(ownText(value))
      else this.#values[bucket] = new Set(seen).add(ownText(value))
    } else {
      if (seen.has(value)) return false
      seen.add(ownText(value))
    }
    this.bytes += bytesOf(value)
    return true
  }

  /** Forgets those of a bucket. */
  forget(bucket: number): void {
    const seen = this.#values[bucket]
    if (seen === undefined || seen === null) return
    this.#values[bucket] = null
    if (typeof seen === 'string') this.bytes -= bytesOf(seen)
    else for (const value of seen) this.bytes -= bytesOf(value)
  }
}

function isAmong(values: readonly string[], value: string): boolean {
  for (let at = 0; at < values.length; at++) if (values[at] === value) return true
  return false
}

function bytesOf(value: string): number {
  return valueBytes + 2 * value.length
}
