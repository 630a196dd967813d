import { styleText } from 'node:util'
import type { Terminal } from './writer.ts'

export interface Column {
  readonly title: string
  /** Numbers stand better on the right. */
  readonly align?: 'left' | 'right'
  /** Never cut: what people copy, such as addresses. */
  readonly isWhole?: boolean
}

const gap = 2
const leastWidth = 8

/**
 * A table for people: one header line, columns two spaces apart, no trailing blanks, final newline. Control
 * characters of the cells (which attackers may have written) are shown as `?`. On a terminal the header is bold, and
 * the
 * longest texts are cut, with an ellipsis, as far as lines would not fit; numbers never are.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { isTerminal, width }: Pick<Terminal, 'isTerminal' | 'width'> = { isTerminal: false, width: null },
): string {
  const cells = rows.map((row) => row.map(printable))
  const wanted = columns.map((column, index) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), column.title.length),
  )
  const widths = width === null ? wanted : shrunk(columns, wanted, width - gap * (columns.length - 1))
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, index) => fit(row[index] ?? '', widths[index] ?? 0, align))
      .join(' '.repeat(gap))
      .trimEnd()
  const header = line(columns.map((column) => column.title))
  return [isTerminal ? styleText('bold', header) : header, ...cells.map(line), ''].join('\n')
}

/** The widths, with the widest columns of text made as narrow as it takes to keep within a sum. */
function shrunk(columns: readonly Column[], wanted: readonly number[], sum: number): number[] {
  const widths = [...wanted]
  const least = (index: number) => Math.max(leastWidth, columns[index]?.title.length ?? 0)
  for (let excess = widths.reduce((total, width) => total + width, 0) - sum; excess > 0; excess--) {
    let widest = -1
    for (const [index, width] of widths.entries()) {
      const { align, isWhole } = columns[index] ?? {}
      if (align === 'right' || isWhole === true || width <= least(index)) continue
      if (widest < 0 || width > (widths[widest] ?? 0)) widest = index
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** Text safe to print on a terminal: control characters become `?`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
}

/** Text of several lines safe to print on a terminal: line ends and tabs stay. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n')
}

function fit(text: string, width: number, align: Column['align']): string {
  const room = width - displayWidth(text)
  if (room < 0) {
    return `${Array.from(text)
      .slice(0, width - 1)
      .join('')}…`
  }
  const blank = ' '.repeat(room)
  return align === 'right' ? blank + text : text + blank
}

function displayWidth(text: string): number {
  return Array.from(text).length
}
