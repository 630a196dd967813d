import {
  bool,
  type Infer,
  list,
  located,
  object,
  oneOf,
  readDocuments,
  refine,
  required,
  text,
} from '@tocsin/document'
import { TocsinErrors } from '@tocsin/model'
import { parseDecisionDuration } from '../decision/duration.ts'

const duration = () =>
  refine(text(), (value) =>
    parseDecisionDuration(value) === null
      ? `"${value}" is not a duration such as 4h, 30m, 7d or permanent`
      : null,
  )

const decision = object({
  type: text(),
  duration: located(duration()),
  scope: text(),
  origin: text(),
  simulated: bool(),
})

/** Durations for the first decision on a value, the second, and so on; the last one for all that follow. */
const escalation = object({
  durations: required(list(duration())),
  /** Only decisions of that time count. Default: all that are still stored. */
  within: located(duration()),
})

/**
 * A profile in CrowdSec's format: which alerts it takes, the decisions it makes of them, whom to tell, and where
 * evaluation goes on from there. `escalation` and the duration `permanent` are our own.
 */
export const profileSchema = object({
  name: required(located(text())),
  filters: required(list(located(text()))),
  decisions: list(decision),
  duration_expr: located(text()),
  escalation,
  notifications: list(located(text())),
  on_success: oneOf('break', 'continue'),
  on_failure: oneOf('break', 'continue', 'apply', 'ignore'),
  on_error: oneOf('break', 'continue', 'apply', 'ignore'),
  debug: bool(),
})

/** A profile as it stands in a file, checked but not compiled. */
export type ProfileSpec = Infer<typeof profileSchema>

/**
 * Reads a file of profiles, one a document. Throws LAPI_BAD_PROFILES (a TocsinErrors) with every mistake and its
 * place.
 */
export function loadProfiles(source: string, file: string): ProfileSpec[] {
  const { values, errors } = readDocuments(source, file, profileSchema)
  if (errors.length > 0) {
    throw new TocsinErrors('LAPI_BAD_PROFILES', `cannot load the profiles of ${file}`, errors)
  }
  return values.map(({ value }) => value)
}
