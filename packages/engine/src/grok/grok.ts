import { type Located, placeInText } from '@tocsin/document'
import { TocsinError } from '@tocsin/model'
import { compileRegex, type Regex, RegexSyntaxError, requiredTexts } from '@tocsin/regex'
import { FieldKey } from '../field-key.ts'
import { groupOffsets } from './groups.ts'
import type { PatternLibrary } from './library.ts'

/** What makes texts worth looking for. */
const literalLimits = { most: 16, shortest: 3 }

/**
 * A grok of a parser, ready to match. Only the groups that give a field are captured. A pattern that names no field
 * never matches. Source: the original's grokky.
 */
export class Grok {
  /** The RE2 expression that is searched for. */
  readonly source: string
  /** Field names in the order of their groups. */
  readonly fields: readonly string[]
  private regex: Regex | undefined
  private readonly keys: readonly FieldKey[]

  constructor(source: string, fields: readonly string[]) {
    this.source = source
    this.fields = fields
    this.keys = fields.map((field) => new FieldKey(field))
  }

  /** Texts in ASCII lower case of which one, in any case, is in all that matches; null where there are none. */
  requiredTexts(): readonly string[] | null {
    if (this.fields.length === 0) return null
    const texts = requiredTexts(this.source, literalLimits)?.map((text) => text.toLowerCase())
    return texts?.every((text) => /^[\0-\x7f]+$/.test(text)) ? [...new Set(texts)] : null
  }

  /**
   * Searches the text, leftmost first, and writes every field into the map: "" for one whose group took no part.
   * False, and nothing written, where the text has no match. Throws GROK_BAD_PATTERN at the first call for an expression
   * that is right in its parts and too large as a whole. With `only`, the fields at those positions alone.
   */
  match(text: string, into: Map<string, string>, only: readonly number[] | null = null): boolean {
    const { keys } = this
    if (keys.length === 0) return false
    this.regex ??= compileAt({ value: this.source, where: {} }, this.source)
    const groups = this.regex.exec(text)
    if (groups === null) return false
    if (only !== null) {
      for (let at = 0; at < only.length; at++) {
        const index = only[at] as number
        const key = keys[index] as FieldKey
        key.set(into, groups[index + 1] ?? '')
      }
      return true
    }
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as FieldKey
      key.set(into, groups[index + 1] ?? '')
    }
    return true
  }
}

/** Builds the grok of a pattern text. Throws what PatternLibrary.expand throws, and GROK_BAD_PATTERN. */
export function compileGrok(pattern: Located<string>, library: PatternLibrary): Grok {
  const { source, names } = library.expand(pattern)
  const offsets = groupOffsets(source)
  const groupOf = new Map(offsets.map((offset, index) => [offset, index]))
  const fields = [...names]
    .map(([name, offset]) => ({ name, group: groupOf.get(offset) }))
    .filter((field): field is { name: string; group: number } => field.group !== undefined)
    .sort((a, b) => a.group - b.group)
  const grok = new Grok(
    keepGroups(source, offsets, new Set(fields.map((field) => field.group))),
    fields.map((field) => field.name),
  )
  check(pattern, grok)
  return grok
}

/** The expression with every group but the wanted ones made non-capturing. */
function keepGroups(source: string, offsets: readonly number[], wanted: ReadonlySet<number>): string {
  let lean = ''
  let copied = 0
  for (const [group, offset] of offsets.entries()) {
    if (wanted.has(group)) continue
    const name = /^\(\?P?<\w+>/.exec(source.slice(offset, offset + 100))?.[0] ?? '('
    lean += `${source.slice(copied, offset)}(?:`
    copied = offset + name.length
  }
  return lean + source.slice(copied)
}

/**
 * Finds syntax errors without the cost of compiling hundreds of long expressions at start: the standard patterns are
 * valid and each definition is checked on its own, so the text between the references is what can be wrong. What
 * could go over the bounds of the regex engine only as a whole is compiled at once.
 */
function check(pattern: Located<string>, grok: Grok): void {
  const mayBeTooLarge = grok.source.length > 16_384 || /\{\d{3,}/.test(grok.source)
  checkPatternText(pattern)
  if (mayBeTooLarge) compileAt(pattern, grok.source)
}

/**
 * Checks a pattern's own text, whatever its references stand for. Throws GROK_BAD_PATTERN at the place of the fault.
 */
export function checkPatternText(pattern: Located<string>): void {
  // A group of the same length keeps the offsets of errors right.
  const stand = (written: string) => `(?:${'x'.repeat(written.length - 4)})`
  compileAt(pattern, pattern.value.replaceAll(/%\{\w+(?::\w+)?\}/g, stand))
}

function compileAt(pattern: Located<string>, source: string): Regex {
  try {
    return compileRegex(source)
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    const where = source.length === pattern.value.length ? placeInText(pattern, error.offset) : pattern.where
    const details = { where, excerpt: error.excerpt, cause: error }
    throw new TocsinError('GROK_BAD_PATTERN', `cannot compile grok: ${error.reason}`, details)
  }
}
