import type { Logger } from '@tocsin/model'

/** Keeps what was said, each line with its level in front. */
export class TestLogger implements Logger {
  readonly lines: string[] = []
  debug = (message: string) => void this.lines.push(`debug ${message}`)
  info = (message: string) => void this.lines.push(`info ${message}`)
  warn = (message: string) => void this.lines.push(`warn ${message}`)
  error = (message: string) => void this.lines.push(`error ${message}`)

  /** The lines that match. */
  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line))
  }
}
