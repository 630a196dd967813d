import { parseDurationMs, parseIpOrCidr, TocsinError } from '@tocsin/model'
import { parseCsv } from '../output/csv.ts'

/** One line of a file of allowlisted values. */
export interface AllowlistLine {
  readonly value: string
  /** A duration. */
  readonly expiration?: string
  readonly comment?: string
}

const columns = ['value', 'expiration', 'comment'] as const

/** Every line of the CSV, checked; duplicates are left out. Throws CLI_IMPORT that names the first bad line. */
export function readAllowlistItems(text: string, file: string): AllowlistLine[] {
  const [header = [], ...rows] = parseCsv(text)
  const names = header.map((name) => name.trim().toLowerCase())
  const bad = (reason: string, hint?: string) =>
    new TocsinError('CLI_IMPORT', `cannot import the allowlist: ${reason}`, {
      where: { file },
      ...(hint === undefined ? {} : { hint }),
    })
  const unknown = names.find((name) => !columns.some((column) => column === name))
  if (!names.includes('value') || unknown !== undefined) {
    const reason = unknown === undefined ? 'names no column "value"' : `names a column "${unknown}"`
    throw bad(`its first line ${reason}`, `the first line names the columns: ${columns.join(',')}`)
  }
  const lines = new Map<string, AllowlistLine>()
  for (const [index, row] of rows.entries()) {
    const field = (column: (typeof columns)[number]) => row[names.indexOf(column)]?.trim() || undefined
    const [value, expiration, comment] = [field('value'), field('expiration'), field('comment')]
    if (value === undefined) throw bad(`record ${index + 1} has no value`)
    if (!parseIpOrCidr(value)) throw bad(`record ${index + 1}: "${value}" is not an address or a range`)
    if (expiration !== undefined && (parseDurationMs(expiration) ?? 0) <= 0)
      throw bad(`record ${index + 1}: "${expiration}" is not a duration above zero such as 30d`)
    lines.set(value, {
      value,
      ...(expiration === undefined ? {} : { expiration }),
      ...(comment === undefined ? {} : { comment }),
    })
  }
  return [...lines.values()]
}
