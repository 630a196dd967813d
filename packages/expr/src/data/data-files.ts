import { compileRegexSet, type RegexSet, RegexSyntaxError } from '@tocsin/regex'
import { type BotEntry, readBot } from './bot-file.ts'
import { type DataLine, dataLines, readLines } from './data-lines.ts'
import { textsOfPatterns } from './pattern-texts.ts'
import { MapFile, readRow } from './map-file.ts'

/** What the lines of a file are: texts, regular expressions (two names), tags by pattern, or bots. */
export type DataFileType = 'string' | 'regexp' | 'regex' | 'map' | 'bots'

const noStrings: readonly string[] = Object.freeze([])
const noBots: readonly BotEntry[] = []

/** The regular expressions of a file. */
interface PatternFile {
  readonly sources: readonly string[]
  readonly set: RegexSet
}

/**
 * The data files of items by name and type, as their expressions see them. A file is loaded once: the first that has
 * a name and type counts.
 */
export class DataFiles {
  readonly #strings = new Map<string, readonly string[]>()
  readonly #patterns = new Map<string, PatternFile>()
  readonly #maps = new Map<string, MapFile>()
  readonly #bots = new Map<string, readonly BotEntry[]>()

  /**
   * Loads a file from its text: empty lines and those that begin with # do not count. Throws TocsinErrors
   * (DATA_FILE_MALFORMED) with every bad line; nothing is loaded then.
   */
  load(name: string, type: DataFileType, text: string): void {
    if (this.has(name, type)) return
    const lines = dataLines(text)
    if (type === 'string') this.#strings.set(name, Object.freeze(lines.map((line) => line.text)))
    else if (type === 'map') this.#maps.set(name, new MapFile(readLines(name, lines, readRow)))
    else if (type === 'bots') this.#bots.set(name, readLines(name, lines, readBot))
    else this.#patterns.set(name, compileLines(name, lines))
  }

  /** Whether a file of that name was loaded as that type. */
  has(name: string, type: DataFileType): boolean {
    if (type === 'string') return this.#strings.has(name)
    if (type === 'map') return this.#maps.has(name)
    return type === 'bots' ? this.#bots.has(name) : this.#patterns.has(name)
  }

  /** The lines of a file of texts, the same list each time; none of an unknown one. */
  strings(name: string): readonly string[] {
    return this.#strings.get(name) ?? noStrings
  }

  /** Whether an expression of a file of regular expressions matches; false for an unknown file. */
  matches(name: string, text: string): boolean {
    return this.#patterns.get(name)?.set.matchesAny(text) ?? false
  }

  /**
   * Texts of which one is in whatever an expression of a file matches, case being as the expressions have it;
   * undefined where there is no such list, or no such file yet.
   */
  textsOfPatterns(name: string): readonly string[] | undefined {
    const file = this.#patterns.get(name)
    return file && textsOfPatterns(file.sources)
  }

  /** The file of tags of that name. */
  map(name: string): MapFile | undefined {
    return this.#maps.get(name)
  }

  /** The bots of a file; none of an unknown one. */
  bots(name: string): readonly BotEntry[] {
    return this.#bots.get(name) ?? noBots
  }
}

function compileLines(name: string, lines: readonly DataLine[]): PatternFile {
  try {
    const sources = lines.map((line) => line.text)
    return { sources, set: compileRegexSet(sources) }
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error
    // Line by line, to tell of all mistakes and where they are.
    readLines(name, lines, (text) => compileRegexSet([text]))
    throw error
  }
}
