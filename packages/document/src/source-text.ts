import type { Where } from '@tocsin/model'
import type { YamlNode } from './node.ts'

/** The text of a file, able to name the places in it. Lines are counted when the first place is asked for. */
export class SourceText {
  readonly file: string
  readonly text: string
  #lineStarts: readonly number[] | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** The line, column and field path of a node. */
  where(node: YamlNode | null | undefined, field: string): Where {
    return this.whereOffset(node?.start, field)
  }

  /** Where the text of a scalar begins: behind its quote, or on the first line of a block. */
  whereText(node: YamlNode, field: string): Where {
    return this.whereOffset(this.#textStart(node), field)
  }

  whereOffset(offset: number | undefined, field: string): Where {
    if (offset === undefined) return field === '' ? { file: this.file } : { file: this.file, field }
    const line = this.#lineOf(offset)
    const column = offset - (this.#starts()[line - 1] ?? 0) + 1
    return field === '' ? { file: this.file, line, column } : { file: this.file, line, column, field }
  }

  /** The line of the place with a caret under the column, at most 160 characters of it. */
  excerpt(line: number, column: number): string {
    const starts = this.#starts()
    const start = starts[line - 1] ?? this.text.length
    const next = starts[line]
    const source = this.text.slice(start, next === undefined ? undefined : next - 1).replaceAll('\t', ' ')
    const from = Math.max(0, column - 120)
    const shown = source.slice(from, from + 160)
    return ` | ${shown}\n | ${'.'.repeat(Math.max(0, column - 1 - from))}^`
  }

  #textStart(node: YamlNode): number {
    if (node.kind !== 'scalar' || node.style === 'plain') return node.start
    if (node.style === 'quoted') return node.start + 1
    let at = this.text.indexOf('\n', node.start) + 1
    while (this.text[at] === ' ' || this.text[at] === '\n') at++
    return at
  }

  /** The number of the line that an offset stands on, by bisection. */
  #lineOf(offset: number): number {
    const starts = this.#starts()
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  #starts(): readonly number[] {
    this.#lineStarts ??= lineStarts(this.text)
    return this.#lineStarts
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
