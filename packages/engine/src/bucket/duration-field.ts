import type { Located } from '@tocsin/document'
import { parseGoDuration } from '@tocsin/model'

/** Nanoseconds of a duration that the schema has checked; zero where it is absent. */
export function durationNs(field: Located<string> | undefined): bigint {
  return field === undefined ? 0n : (parseGoDuration(field.value) ?? 0n)
}
