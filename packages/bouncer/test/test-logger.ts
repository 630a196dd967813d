import type { Logger } from '@tocsin/model'

/** Keeps what was said, each line with its level in front, and the fields of each. */
export class TestLogger implements Logger {
  readonly lines: string[] = []
  readonly fields: Record<string, unknown>[] = []
  debug = (message: string, fields?: Record<string, unknown>) => this.#keep('debug', message, fields)
  info = (message: string, fields?: Record<string, unknown>) => this.#keep('info', message, fields)
  warn = (message: string, fields?: Record<string, unknown>) => this.#keep('warn', message, fields)
  error = (message: string, fields?: Record<string, unknown>) => this.#keep('error', message, fields)

  /** The lines that match. */
  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line))
  }

  #keep(level: string, message: string, fields: Record<string, unknown> = {}): void {
    this.lines.push(`${level} ${message}`)
    this.fields.push(fields)
  }
}
