import { constantTests, type Program } from '@tocsin/expr'
import type { Event } from '../event.ts'
import { type EventField, eventField, fieldText } from '../event-field.ts'

/** Fields that have to have one of some values for somebody to read more of an event. */
export interface Occasion {
  readonly tests: readonly { readonly field: EventField; readonly values: ReadonlySet<string> }[]
}

/** When something is needed: on some occasions, always for null, and never for undefined. */
export type When = readonly Occasion[] | null | undefined

/** Where something is needed on more occasions, telling them apart costs more than it saves. */
const maxOccasions = 4

/** The occasions of filters: filters that begin with the same tests have the same one. */
export class Occasions {
  readonly #known = new Map<string, readonly Occasion[]>()

  /** When a filter reads more of an event than the fields of the tests that it begins with. */
  of(filter: Program): When {
    const tests = constantTests(filter).flatMap(({ path, kind, values }) => {
      const field = kind === 'equals' ? eventField(path) : null
      return field === null ? [] : [{ path, field, values: new Set(values) }]
    })
    if (tests.length === 0) return null
    const key = JSON.stringify(tests.map(({ path, values }) => [path, ...values]))
    const known = this.#known.get(key) ?? [{ tests }]
    this.#known.set(key, known)
    return known
  }
}

/** When either of two is needed. */
export function eitherOf(a: When, b: When): When {
  if (a === undefined || b === null) return b
  if (a === null || b === undefined) return a
  const all = [...new Set([...a, ...b])]
  return all.length > maxOccasions ? null : all
}

/** Whether one of the occasions is given for an event as it is. */
export function isGiven(occasions: readonly Occasion[], event: Event): boolean {
  for (let at = 0; at < occasions.length; at++) if (holds(occasions[at] as Occasion, event)) return true
  return false
}

function holds({ tests }: Occasion, event: Event): boolean {
  for (let at = 0; at < tests.length; at++) {
    const test = tests[at]
    if (test !== undefined && !test.values.has(fieldText(event, test.field))) return false
  }
  return true
}
