import { compileRegex, type Regex, RegexSyntaxError } from '@tocsin/regex'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import { type BotEntry, readBot } from './bot-file.ts'
import { MapFile, readRow } from './map-file.ts'

export type DataFileType = 'string' | 'regexp' | 'regex' | 'map' | 'bots'

/** A line of a data file that means something, with its number from 1. */
interface DataLine {
  readonly text: string
  readonly number: number
}

/** The data files of items by name and type, as their expressions see them. A file is loaded once: the first counts. */
export class DataFiles {
  readonly #strings = new Map<string, readonly string[]>()
  readonly #patterns = new Map<string, readonly Regex[]>()
  readonly #maps = new Map<string, MapFile>()
  readonly #bots = new Map<string, readonly BotEntry[]>()

  /**
   * Loads a file from its text: empty lines and those that begin with # do not count. Throws TocsinErrors
   * (DATA_FILE_MALFORMED) with every bad line.
   */
  load(name: string, type: DataFileType, text: string): void {
    if (this.has(name, type)) return
    const lines = linesOf(text)
    if (type === 'string')
      this.#strings.set(
        name,
        lines.map((line) => line.text),
      )
    else if (type === 'map') this.#maps.set(name, new MapFile(readLines(name, lines, readRow)))
    else if (type === 'bots') this.#bots.set(name, readLines(name, lines, readBot))
    else this.#patterns.set(name, readLines(name, lines, compilePattern))
  }

  /** Whether a file of that name was loaded as that type. */
  has(name: string, type: DataFileType): boolean {
    if (type === 'string') return this.#strings.has(name)
    if (type === 'map') return this.#maps.has(name)
    return type === 'bots' ? this.#bots.has(name) : this.#patterns.has(name)
  }

  /** The lines of a file of strings; none of an unknown one. */
  strings(name: string): readonly string[] {
    return this.#strings.get(name) ?? []
  }

  /** Whether a pattern of a file of regular expressions matches; false for an unknown one. */
  matches(name: string, text: string): boolean {
    return (this.#patterns.get(name) ?? []).some((pattern) => pattern.test(text))
  }

  map(name: string): MapFile | undefined {
    return this.#maps.get(name)
  }

  bots(name: string): readonly BotEntry[] {
    return this.#bots.get(name) ?? []
  }
}

function linesOf(text: string): DataLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.endsWith('\r') ? line.slice(0, -1) : line, number: index + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
}

/** Reads every line, and throws all errors at once. */
function readLines<T>(file: string, lines: readonly DataLine[], read: (text: string) => T): T[] {
  const errors: TocsinError[] = []
  const values: T[] = []
  for (const { text, number } of lines) {
    try {
      values.push(read(text))
    } catch (error) {
      const reason = error instanceof RegexSyntaxError ? error.reason : (error as Error).message
      const message = `cannot read data file: ${reason}`
      errors.push(new TocsinError('DATA_FILE_MALFORMED', message, { where: { file, line: number } }))
    }
  }
  if (errors.length === 0) return values
  throw new TocsinErrors(
    'DATA_FILE_MALFORMED',
    `cannot load data file ${file}: ${errors.length} bad lines`,
    errors,
  )
}

function compilePattern(text: string): Regex {
  return compileRegex(text)
}
