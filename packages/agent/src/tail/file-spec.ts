import type { Matcher } from '../source/source.ts'

/** What an acquisition document of kind `file` says, with the defaults filled in. */
export interface FileSpec {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  /** Paths with wildcards. */
  readonly patterns: readonly string[]
  readonly excluded: readonly Matcher[]
  /** `tail`: follow what is written; `cat`: read what is there, once. */
  readonly mode: 'tail' | 'cat'
  /** Whether buckets run on the lines' own clock even while the file is followed. */
  readonly replay: boolean
  /** Whether the system is asked to tell of changes, besides looking. */
  readonly hints: boolean
  /** How often folders are looked into for new names. */
  readonly discoveryMs: number
  /** How often files are looked at. */
  readonly pollMs: number
  readonly maxLineBytes: number | undefined
  /** Least severe level of what the source says. */
  readonly logLevel: LogLevel
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
