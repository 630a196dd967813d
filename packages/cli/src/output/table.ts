import { styleText } from 'node:util'

export interface Column {
  readonly title: string
  /** Numbers stand better on the right. */
  readonly align?: 'left' | 'right'
}

/**
 * A table for people: one header line, columns two spaces apart, no trailing blanks, final newline. Control
 * characters of the cells (which attackers may have written) are shown as `?`.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  color = false,
): string {
  const cells = rows.map((row) => row.map(printable))
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...cells.map((row) => displayWidth(row[index] ?? ''))),
  )
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, index) => pad(row[index] ?? '', widths[index] ?? 0, align))
      .join('  ')
      .trimEnd()
  const header = line(columns.map((column) => column.title))
  return [color ? styleText('bold', header) : header, ...cells.map(line), ''].join('\n')
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

function pad(text: string, width: number, align: Column['align']): string {
  const gap = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return align === 'right' ? gap + text : text + gap
}

function displayWidth(text: string): number {
  return Array.from(text).length
}
