import { RegexSyntaxError } from '@tocsin/regex'
import { TocsinError, TocsinErrors, type Where } from '@tocsin/model'

/** A line of a data file that means something. */
export interface DataLine {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** The lines of a data file. Empty ones and those that begin with # are left out, blanks kept as they are. */
export function dataLines(text: string): DataLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.endsWith('\r') ? line.slice(0, -1) : line, number: index + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
}

/** Most bad lines that an error tells of. */
const maxErrors = 100

/**
 * Reads every line. Throws TocsinErrors (DATA_FILE_MALFORMED) that tells of all bad lines, where `read` throws an
 * Error with the reason.
 */
export function readLines<T>(file: string, lines: readonly DataLine[], read: (text: string) => T): T[] {
  const errors: TocsinError[] = []
  const values: T[] = []
  for (const { text, number } of lines) {
    try {
      values.push(read(text))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      errors.push(malformed({ file, line: number }, text, error))
      if (errors.length >= maxErrors) break
    }
  }
  if (errors.length === 0) return values
  const count = `${errors.length}${errors.length < maxErrors ? '' : ' or more'}`
  const message = `cannot load data file ${file}: ${count} bad ${errors.length === 1 ? 'line' : 'lines'}`
  throw new TocsinErrors('DATA_FILE_MALFORMED', message, errors)
}

function malformed(where: Where, text: string, error: Error): TocsinError {
  const isRegex = error instanceof RegexSyntaxError
  const message = `cannot read line of data file: ${isRegex ? error.reason : error.message}`
  if (!isRegex || error.source !== text) return new TocsinError('DATA_FILE_MALFORMED', message, { where })
  const details = { where: { ...where, column: error.offset + 1 }, excerpt: error.excerpt }
  return new TocsinError('DATA_FILE_MALFORMED', message, details)
}
