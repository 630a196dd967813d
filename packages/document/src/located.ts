import type { Where } from '@tocsin/model'

/** A value and the place it was written at, so that an error found much later can still point there. */
export interface Located<T> {
  readonly value: T
  readonly where: Where
}

/**
 * The place of the character at `offset` (in UTF-16 units) of a text, given where its first character stands.
 * Exact for plain, quoted and block scalars whose lines were kept; folded lines and escapes shift it a little.
 */
export function placeInText(text: Located<string>, offset: number): Where {
  const { line, column } = text.where
  if (line === undefined || column === undefined) return text.where
  const before = text.value.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  if (lastBreak < 0) return { ...text.where, column: column + offset }
  const breaks = before.split('\n').length - 1
  return { ...text.where, line: line + breaks, column: column + offset - lastBreak - 1 }
}
