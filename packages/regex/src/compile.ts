import { RE2JS } from 're2js'
import { parseRegex } from './parse.ts'
import { translateRegex } from './translate.ts'
import './v8-linear.ts'

/** A compiled expression. Matching takes time linear in the text, whatever the text. */
export interface Regex {
  /** The expression as it was given. */
  readonly source: string
  /** Who matches: V8 (irregexp, bounded by its linear engine), or re2js where V8 cannot keep the meaning. */
  readonly engine: 'v8' | 're2js'
  /** Name of each group by its index; '' for a group without one and for index 0, the whole match. */
  readonly groupNames: readonly string[]
  /** Whether the text has a match. */
  test(text: string): boolean
  /**
   * The texts of the leftmost-first match by group, 0 being the whole; undefined for a group that took no
   * part. Null if there is no match.
   */
  exec(text: string): (string | undefined)[] | null
  /**
   * The places of the leftmost-first match as `start, end` pairs by group, in UTF-16 units; -1, -1 for a group
   * that took no part. Null if there is no match.
   */
  search(text: string): number[] | null
}

/**
 * Compiles an expression of the RE2/Go syntax with RE2's meaning: leftmost-first, code points, linear time.
 * Texts are taken as well-formed UTF-16. Throws RegexSyntaxError.
 */
export function compileRegex(source: string): Regex {
  const { root, groupNames } = parseRegex(source)
  const translation = translateRegex(root)
  return 'pattern' in translation
    ? new V8Regex(source, groupNames, translation.pattern)
    : new Re2jsRegex(source, groupNames)
}

class V8Regex implements Regex {
  readonly engine = 'v8'
  readonly source: string
  readonly groupNames: readonly string[]
  private readonly matcher: RegExp

  constructor(source: string, groupNames: readonly string[], pattern: string) {
    this.source = source
    this.groupNames = groupNames
    this.matcher = new RegExp(pattern)
  }

  test(text: string): boolean {
    return this.matcher.test(text)
  }

  exec(text: string): (string | undefined)[] | null {
    return this.matcher.exec(text)
  }

  search(text: string): number[] | null {
    return new Re2jsRegex(this.source, this.groupNames).search(text)
  }
}

class Re2jsRegex implements Regex {
  readonly engine = 're2js'
  readonly source: string
  readonly groupNames: readonly string[]
  private readonly matcher: RE2JS

  constructor(source: string, groupNames: readonly string[]) {
    this.source = source
    this.groupNames = groupNames
    this.matcher = RE2JS.compile(source)
  }

  test(text: string): boolean {
    return this.matcher.test(text)
  }

  exec(text: string): (string | undefined)[] | null {
    const found = this.search(text)
    if (!found) return null
    return this.groupNames.map((_, group) => {
      const start = found[group * 2] ?? -1
      return start < 0 ? undefined : text.slice(start, found[group * 2 + 1])
    })
  }

  search(text: string): number[] | null {
    const matcher = this.matcher.matcher(text)
    if (!matcher.find()) return null
    return this.groupNames.flatMap((_, group) => [matcher.start(group), matcher.end(group)])
  }
}
