import { type Located, placeInText } from '@tocsin/document'
import { nearestName, TocsinError } from '@tocsin/model'
import { standardPatterns } from './standard-patterns.ts'

/** A pattern with its references replaced, and where the groups of its semantic names begin. */
export interface Expansion {
  /** RE2 syntax; every reference became a capturing group. */
  readonly source: string
  /** Offset in `source` of the opening bracket whose text each name gets. */
  readonly names: ReadonlyMap<string, number>
}

const maxLength = 256 * 1024
const maxDepth = 100
const reference = /%\{(\w+)(?::(\w+))?\}/g

/**
 * The named patterns of one context (parsers, or postoverflows): the standard ones and those that items define
 * with `pattern_syntax`, shared by all of them. The first definition of a name wins.
 */
export class PatternLibrary {
  private readonly defined = new Map<string, Located<string>>()
  private readonly expanded = new Map<string, Expansion>()

  has(name: string): boolean {
    return this.defined.has(name) || standardPatterns.has(name)
  }

  /** Adds a pattern. A name that is already taken keeps its first text: false then, unless the texts are equal. */
  define(name: string, pattern: Located<string>): boolean {
    const known = this.defined.get(name)?.value ?? standardPatterns.get(name)
    if (known === undefined) this.defined.set(name, pattern)
    return known === undefined || known === pattern.value
  }

  /**
   * Replaces `%{NAME}` and `%{NAME:field}` by the patterns of those names, nested ones too; anything else that looks
   * like a reference stays as it is. Throws GROK_UNKNOWN_PATTERN with the place of the reference, GROK_RECURSION,
   * GROK_TOO_LARGE.
   */
  expand(pattern: Located<string>): Expansion {
    return this.expandText(pattern, [])
  }

  private expandText(pattern: Located<string>, path: readonly string[]): Expansion {
    const own: [name: string, offset: number][] = []
    const inherited = new Map<string, number>()
    let source = ''
    let copied = 0
    for (const match of pattern.value.matchAll(reference)) {
      const [written, name = '', field] = match
      const nested = this.expandName(name, pattern, match.index, path)
      source += pattern.value.slice(copied, match.index)
      copied = match.index + written.length
      if (field !== undefined) own.push([field, source.length])
      for (const [inner, offset] of nested.names) inherited.set(inner, source.length + 1 + offset)
      source += `(${nested.source})`
      if (source.length > maxLength) throw tooLarge(pattern)
    }
    source += pattern.value.slice(copied)
    for (const [field, offset] of own) inherited.set(field, offset)
    return { source, names: inherited }
  }

  private expandName(
    name: string,
    user: Located<string>,
    offset: number,
    path: readonly string[],
  ): Expansion {
    const known = this.expanded.get(name)
    if (known) return known
    const pattern = this.find(name)
    if (!pattern)
      throw unknownPattern(name, user, offset, [...this.defined.keys(), ...standardPatterns.keys()])
    if (path.includes(name) || path.length > maxDepth) throw recursion([...path, name], user, offset)
    const expansion = this.expandText(pattern, [...path, name])
    this.expanded.set(name, expansion)
    return expansion
  }

  private find(name: string): Located<string> | undefined {
    const standard = standardPatterns.get(name)
    return this.defined.get(name) ?? (standard === undefined ? undefined : { value: standard, where: {} })
  }
}

function unknownPattern(
  name: string,
  user: Located<string>,
  offset: number,
  known: readonly string[],
): TocsinError {
  const near = nearestName(name, known)
  const where = placeInText(user, offset)
  const hint = near === undefined ? 'define it under "pattern_syntax"' : `did you mean "${near}"?`
  return new TocsinError('GROK_UNKNOWN_PATTERN', `cannot expand grok: there is no pattern "${name}"`, {
    where,
    hint,
  })
}

function recursion(path: readonly string[], user: Located<string>, offset: number): TocsinError {
  const message = `cannot expand grok: the pattern contains itself (${path.join(' > ')})`
  return new TocsinError('GROK_RECURSION', message, { where: placeInText(user, offset) })
}

function tooLarge(pattern: Located<string>): TocsinError {
  const message = `cannot expand grok: it grows over ${maxLength} characters`
  return new TocsinError('GROK_TOO_LARGE', message, { where: pattern.where })
}
