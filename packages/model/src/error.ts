/** Where an error is: a place in a file, a field path inside a document, or both. Lines and columns start at 1. */
export interface Where {
  file?: string
  line?: number
  column?: number
  /** Path of the field inside the document, for example `nodes[2].grok.pattern`. */
  field?: string
}

export interface ErrorDetails {
  where?: Where
  /** The source text around the place and a caret under it, ready to print, several lines. */
  excerpt?: string
  /** What the reader can do about it: one sentence. */
  hint?: string
  cause?: unknown
}

/**
 * The one error class of the project. `message` is worded "cannot <verb> <object>: <reason>";
 * `code` is stable and upper case (`EXPR_UNKNOWN_FIELD`), for programs and for searching.
 */
export class TocsinError extends Error {
  override readonly name: string = 'TocsinError'
  readonly code: string
  readonly where: Where | undefined
  readonly excerpt: string | undefined
  readonly hint: string | undefined

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.where = details.where
    this.excerpt = details.excerpt
    this.hint = details.hint
  }
}

/** Several errors found in one pass, such as all bad files of a folder. Never empty. */
export class TocsinErrors extends TocsinError {
  override readonly name: string = 'TocsinErrors'
  readonly errors: readonly TocsinError[]

  constructor(code: string, message: string, errors: readonly TocsinError[]) {
    super(code, message)
    this.errors = errors
  }
}

/** `file:line:column`, as far as it is known; the empty string where nothing is. */
export function formatWhere(where: Where | undefined): string {
  if (!where) return ''
  const place = [where.file, where.line, where.line === undefined ? undefined : where.column]
  return place.filter((part) => part !== undefined).join(':')
}

/**
 * The text that a person reads: place, code, message, excerpt and hint, over several lines and without a
 * final newline. Errors that are not ours give their message; a TocsinErrors gives all of its errors.
 */
export function formatError(error: unknown): string {
  if (error instanceof TocsinErrors) {
    return [error.message, ...error.errors.map(formatError)].join('\n')
  }
  if (!(error instanceof TocsinError)) return error instanceof Error ? error.message : String(error)
  const head = [formatWhere(error.where), error.code, error.message].filter((part) => part !== '').join('  ')
  const field = error.where?.field ? [` in ${error.where.field}`] : []
  const excerpt = error.excerpt ? [error.excerpt] : []
  const hint = error.hint ? [`  hint: ${error.hint}`] : []
  return [head + field.join(''), ...excerpt, ...hint].join('\n')
}

/** The nearest of the known names to a mistyped one, or undefined if none is near enough to suggest. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
