import { formatWhere, type Logger, TocsinError } from '@tocsin/model'

/** Says each thing once: a problem when it begins, and that it is over. */
export class Notices {
  readonly #logger: Logger
  readonly #problems = new Map<string, string>()
  readonly #said = new Set<string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** What is wrong at the moment, in words. */
  problems(): readonly string[] {
    return [...this.#problems.values()]
  }

  /** Notes what is wrong with a thing; it is said if it is new. */
  problem(subject: string, error: unknown, level: 'warn' | 'error' = 'error'): void {
    const text = textOf(error)
    if (this.#problems.get(subject) === text) return
    this.#problems.set(subject, text)
    this.#logger[level](text, error instanceof TocsinError ? { code: error.code } : {})
  }

  /** Notes that nothing is wrong with a thing any more; if something was, `text` is said. */
  solved(subject: string, text?: string): void {
    if (this.#problems.delete(subject) && text !== undefined) this.#logger.info(text)
  }

  /** Says something the first time only. */
  once(subject: string, text: string, level: 'info' | 'warn' = 'info'): void {
    if (this.#said.has(subject)) return
    this.#said.add(subject)
    this.#logger[level](text)
  }

  /** Lets something be said again. */
  forget(subject: string): void {
    this.#said.delete(subject)
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof TocsinError)) return error instanceof Error ? error.message : String(error)
  const where = formatWhere(error.where)
  const place = where === '' ? '' : ` (${where})`
  return `${error.message}${place}${error.hint === undefined ? '' : `; ${error.hint}`}`
}
