import type { Located } from '@tocsin/document'
import { parseGoDuration } from '@tocsin/model'

/** Nanoseconds of a duration that the schema has checked, exact up to a hundred days; zero where it is absent. */
export function durationNs(field: Located<string> | undefined): number {
  return field === undefined ? 0 : Number(parseGoDuration(field.value) ?? 0n)
}
