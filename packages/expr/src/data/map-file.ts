import { compileRegexSet, literalSet, type LiteralSet, type RegexSet } from '@tocsin/regex'
import { parseJson } from '../go/json.ts'
import { TextMap } from '../runtime/fetch.ts'
import { textsOfPatterns } from './pattern-texts.ts'

/** A line of a map file: what it looks for, how, and the tag that it gives; other fields are kept for FileMap. */
export interface MapRow {
  readonly pattern: string
  readonly tag: string
  readonly kind: 'equals' | 'contains' | 'regex'
  readonly fields: TextMap
}

/** Reads a line of JSON. Throws an Error that says what is wrong with it. */
export function readRow(text: string): MapRow {
  const value = parseJson(text)
  if (!(value instanceof Map)) throw new Error('it must be a JSON object')
  const fields = new TextMap()
  for (const [key, entry] of value as ReadonlyMap<string, unknown>) {
    if (typeof entry !== 'string') throw new Error(`the field ${JSON.stringify(key)} must be a string`)
    fields.set(key, entry)
  }
  const [pattern, tag, kind] = [
    required(fields, 'pattern'),
    required(fields, 'tag'),
    required(fields, 'type'),
  ]
  if (kind !== 'equals' && kind !== 'contains' && kind !== 'regex') {
    throw new Error(`the type must be equals, contains or regex, not ${JSON.stringify(kind)}`)
  }
  if (kind === 'regex') compileRegexSet([pattern])
  return { pattern, tag, kind, fields }
}

function required(fields: TextMap, name: string): string {
  const field = fields.get(name)
  if (!field) throw new Error(`the field "${name}" is missing`)
  return field
}

/** A file that tells texts by patterns: whole texts first, then parts of texts, then regular expressions. */
export class MapFile {
  /** All fields of all rows, in order. */
  readonly rows: readonly TextMap[]
  readonly #whole: ReadonlyMap<string, string>
  readonly #parts: readonly MapRow[]
  readonly #partSet: LiteralSet
  readonly #regexes: readonly MapRow[]
  readonly #regexSet: RegexSet

  constructor(rows: readonly MapRow[]) {
    this.rows = rows.map(({ fields }) => fields)
    const ofKind = (kind: MapRow['kind']) => rows.filter((row) => row.kind === kind)
    const patternsOf = (some: readonly MapRow[]) => some.map(({ pattern }) => pattern)
    // Of rows for one text the last counts.
    this.#whole = new Map(ofKind('equals').map(({ pattern, tag }) => [pattern, tag]))
    this.#parts = ofKind('contains')
    this.#partSet = literalSet(patternsOf(this.#parts))
    this.#regexes = ofKind('regex')
    this.#regexSet = compileRegexSet(patternsOf(this.#regexes))
  }

  /** Texts of which one is in every text that has a tag; undefined where there is no such list. */
  texts(): readonly string[] | undefined {
    const ofRegexes = textsOfPatterns(this.#regexes.map(({ pattern }) => pattern))
    return ofRegexes && [...this.#whole.keys(), ...this.#parts.map(({ pattern }) => pattern), ...ofRegexes]
  }

  /** The tag of a text, '' where nothing tells it. Of parts the one that begins first counts, of expressions the first. */
  tagOf(text: string): string {
    const whole = this.#whole.get(text)
    if (whole !== undefined) return whole
    const part = this.#parts[this.#partSet.find(text)?.index ?? -1]
    return part?.tag ?? this.#regexes[this.#regexSet.firstMatch(text)]?.tag ?? ''
  }
}
