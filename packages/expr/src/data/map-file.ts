import { compileRegex, type Regex } from '@tocsin/regex'
import { parseJson } from '../go/json.ts'
import { TextMap } from '../runtime/fetch.ts'

/** A line of a map file: what it looks for, how, and the tag that it gives; other fields are kept for FileMap. */
export interface MapRow {
  readonly pattern: string
  readonly tag: string
  readonly kind: 'equals' | 'contains' | 'regex'
  readonly regex: Regex | null
  readonly fields: TextMap
}

/** Reads a line. Throws an Error that says what is wrong with it. */
export function readRow(text: string): MapRow {
  const value = parseJson(text)
  if (!(value instanceof Map)) throw new Error('a line must be a JSON object')
  const fields = new TextMap()
  for (const [key, entry] of value as Map<string, unknown>) {
    if (typeof entry !== 'string') throw new Error(`the field ${JSON.stringify(key)} must be a string`)
    fields.set(key, entry)
  }
  const [pattern, tag, kind] = ['pattern', 'tag', 'type'].map((name) => {
    const field = fields.get(name)
    if (!field) throw new Error(`the field "${name}" is missing`)
    return field
  }) as [string, string, string]
  if (kind !== 'equals' && kind !== 'contains' && kind !== 'regex') {
    throw new Error(`the type must be equals, contains or regex, not ${JSON.stringify(kind)}`)
  }
  return { pattern, tag, kind, regex: kind === 'regex' ? compileRegex(pattern) : null, fields }
}

/** A file that tells texts by patterns: whole texts first, then parts of texts, then regular expressions. */
export class MapFile {
  readonly rows: readonly TextMap[]
  readonly #equal = new Map<string, string>()
  readonly #parts: readonly MapRow[]
  readonly #regexes: readonly MapRow[]

  constructor(rows: readonly MapRow[]) {
    this.rows = rows.map(({ fields }) => fields)
    // Of rows for one text the last counts.
    for (const { kind, pattern, tag } of rows) if (kind === 'equals') this.#equal.set(pattern, tag)
    this.#parts = rows.filter(({ kind }) => kind === 'contains')
    this.#regexes = rows.filter(({ kind }) => kind === 'regex')
  }

  /** The tag of a text, '' where nothing tells it. Of parts, the one that begins first in the text counts. */
  tagOf(text: string): string {
    const equal = this.#equal.get(text)
    if (equal !== undefined) return equal
    let best: MapRow | undefined
    let bestAt = Infinity
    for (const row of this.#parts) {
      const at = text.indexOf(row.pattern)
      if (at >= 0 && at < bestAt) [best, bestAt] = [row, at]
      if (bestAt === 0) break
    }
    return best?.tag ?? this.#regexes.find(({ regex }) => regex?.test(text))?.tag ?? ''
  }
}
