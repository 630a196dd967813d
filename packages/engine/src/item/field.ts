import { located, refine, type Schema, text } from '@tocsin/document'
import type { Located } from '@tocsin/document'
import { parseGoDuration } from '@tocsin/model'

/** A value derived from what another schema gives. */
export function mapped<T, U>(schema: Schema<T>, map: (value: T) => U): Schema<U> {
  return (node, at) => {
    const value = schema(node, at)
    return value === undefined ? undefined : map(value)
  }
}

/** Text with its place; empty text counts as absent, as everywhere in items. */
export function optionalText(): Schema<Located<string>> {
  return (node, at) => {
    const value = located(text())(node, at)
    return value === undefined || value.value === '' ? undefined : value
  }
}

/** Go duration text with its place, such as `10s` or `1h30m`. */
export function durationText(): Schema<Located<string>> {
  const duration = refine(optionalText(), (value) =>
    parseGoDuration(value.value) === null ? `"${value.value}" is not a duration such as 10s or 1h30m` : null,
  )
  return duration
}
