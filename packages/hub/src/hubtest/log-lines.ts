import { readFileSync } from 'node:fs'
import type { Line } from '@tocsin/engine'
import { TocsinError } from '@tocsin/model'

/** The lines of a log file as a source reads it at once: without line ends, empty lines left out. */
export function readLogLines(path: string, labels: ReadonlyMap<string, string>, timeMs: number): Line[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('HUBTEST_NO_LOG', `cannot read log: ${reason}`, { where: { file: path }, cause })
  }
  return text
    .split('\n')
    .map((raw) => (raw.endsWith('\r') ? raw.slice(0, -1) : raw))
    .filter((raw) => raw !== '')
    .map((raw) => ({ raw, src: path, timeMs, labels, module: 'file' }))
}
