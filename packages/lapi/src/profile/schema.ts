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
import { parseDuration, TocsinErrors } from '@tocsin/model'

const duration = () =>
  refine(text(), (value) =>
    parseDuration(value) === null ? `"${value}" is not a duration such as 4h, 30m or 7d` : null,
  )

const decision = object({
  type: text(),
  duration: located(duration()),
  scope: text(),
  origin: text(),
  simulated: bool(),
})

/**
 * A profile in CrowdSec's format: which alerts it takes, the decisions it makes of them, and where evaluation goes
 * on from there. Keys for what the Local API does not do (`notifications`) are refused.
 */
export const profileSchema = object({
  name: required(located(text())),
  filters: required(list(located(text()))),
  decisions: list(decision),
  duration_expr: located(text()),
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
