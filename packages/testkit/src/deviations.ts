import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A recorded answer that is not followed, and why: a row of the table in docs/COMPATIBILITY.md. */
export interface Deviation {
  /** The golden file, as its path inside the folder of goldens. */
  readonly file: string
  /** Matches the case's expression or name. */
  readonly pattern: RegExp
  readonly reason: string
}

const heading = '## Recorded answers that are not followed'
const page = fileURLToPath(new URL('../../../docs/COMPATIBILITY.md', import.meta.url))

/** The rows of that table: `| file | pattern in backquotes | reason |`. Throws where the table is missing. */
export function readDeviations(): Deviation[] {
  const text = readFileSync(page, 'utf8')
  const start = text.indexOf(heading)
  if (start < 0) throw new Error(`${page} has no heading "${heading}"`)
  const [section = ''] = text.slice(start + heading.length).split(/\n## /)
  const rows = section.matchAll(/^\|\s*`([^`]+)`\s*\|\s*`([^`]+)`\s*\|\s*(.+?)\s*\|$/gm)
  return Array.from(rows, ([, file = '', pattern = '', reason = '']) => ({
    file,
    pattern: new RegExp(pattern.replaceAll('\\|', '|')),
    reason,
  }))
}

/** The cases of a file that no row excuses. */
export function unexcused<T>(file: string, failures: readonly T[], nameOf: (failure: T) => string): T[] {
  const rows = readDeviations().filter((row) => row.file === file)
  return failures.filter((failure) => !rows.some(({ pattern }) => pattern.test(nameOf(failure))))
}
