import { dirname, isAbsolute, join } from 'node:path'
import type { Located } from '@tocsin/document'
import { parseDurationMs } from '@tocsin/model'

/** A value and where it comes from: `default`, a variable, a flag, or `file:line`. */
export interface Setting<T> {
  readonly value: T
  readonly origin: string
}

/** What the file says, else the default. */
export function setting<T>(given: Located<T> | undefined, fallback: T): Setting<T> {
  if (given === undefined) return { value: fallback, origin: 'default' }
  return { value: given.value, origin: `${given.where.file}:${given.where.line}` }
}

/** What the file says; null where it says nothing. */
export function optional<T>(given: Located<T> | undefined): Setting<T | null> {
  return setting<T | null>(given, null)
}

export function mapSetting<A, B>({ value, origin }: Setting<A>, map: (value: A) => B): Setting<B> {
  return { value: map(value), origin }
}

/** Milliseconds of a checked duration; null where the file names none. */
export function optionalMs(given: Located<string> | undefined): Setting<number | null> {
  return mapSetting(optional(given), (text) => (text === null ? null : parseDurationMs(text)))
}

/** Paths in the file are relative to the folder it lies in. */
export function relativeTo(file: string | null, path: Located<string>): Located<string> {
  if (file === null || isAbsolute(path.value)) return path
  return { ...path, value: join(dirname(file), path.value) }
}

/** The path of a key that need not be there. */
export function optionalPath(
  file: string | null,
  given: Located<string> | undefined,
): Setting<string | null> {
  return optional(given && relativeTo(file, given))
}
