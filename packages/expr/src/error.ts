import { type ErrorDetails, TocsinError } from '@tocsin/model'

/** An expression that is refused before it runs. `where.line` and `where.column` start at 1. */
export class ExprError extends TocsinError {
  override readonly name: string = 'ExprError'
}

/** An expression that failed while it ran: `where` is the place of the operation that failed. */
export class ExprRuntimeError extends TocsinError {
  override readonly name: string = 'ExprRuntimeError'
}

/** A place in a source, both counted in characters: the line from 1, the column from 0. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The place of a UTF-16 offset. */
export function placeOf(source: string, offset: number): Place {
  const before = source.slice(0, Math.max(0, offset))
  const lineStart = before.lastIndexOf('\n') + 1
  let line = 1
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++
  return { line, column: countCharacters(before, lineStart) }
}

function countCharacters(text: string, from: number): number {
  let count = 0
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xdc00 || unit > 0xdfff) count++
  }
  return count
}

const excerptWidth = 100

/** The line of an offset with a caret under the place, cut to a readable width. */
export function excerptOf(source: string, offset: number): string {
  const { column } = placeOf(source, offset)
  const start = source.lastIndexOf('\n', Math.max(0, offset) - 1) + 1
  const end = source.indexOf('\n', start)
  const characters = Array.from(source.slice(start, end < 0 ? undefined : end).replaceAll('\t', ' '))
  const from = column > excerptWidth - 20 ? column - excerptWidth / 2 : 0
  const shown = characters.slice(from, from + excerptWidth).join('')
  return ` | ${shown}\n | ${'.'.repeat(column - from)}^`
}

function details(source: string, offset: number, more: ErrorDetails): ErrorDetails {
  const { line, column } = placeOf(source, offset)
  return { where: { line, column: column + 1 }, excerpt: excerptOf(source, offset), ...more }
}

/** A refusal while the source is read, checked or compiled; the source is bound where the error leaves. */
export class Refusal extends Error {
  readonly code: string
  readonly at: number
  readonly reason: string
  readonly hint: string | undefined

  constructor(code: string, at: number, reason: string, hint?: string) {
    super(reason)
    this.code = code
    this.at = at
    this.reason = reason
    this.hint = hint
  }

  bind(source: string): ExprError {
    const more = this.hint === undefined ? {} : { hint: this.hint }
    return new ExprError(
      this.code,
      `cannot compile expression: ${this.reason}`,
      details(source, this.at, more),
    )
  }
}

/** A failure of an operation while an expression runs, with its offset. Costs no stack trace: some fail often. */
export class Fault extends Error {
  readonly at: number

  constructor(at: number, reason: string) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(reason)
    Error.stackTraceLimit = limit
    this.at = at
  }
}

/** What a program throws for anything that went wrong inside it; `at` is the last place it noted. */
export function runtimeError(source: string, error: unknown, at: number): ExprRuntimeError {
  if (error instanceof ExprRuntimeError) return error
  const offset = error instanceof Fault && error.at >= 0 ? error.at : at
  const reason = error instanceof Error ? error.message : String(error)
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const cause = error instanceof Fault ? {} : { cause: error }
  const bound = new ExprRuntimeError(
    'EXPR_RUNTIME',
    `cannot evaluate expression: ${reason}`,
    details(source, offset, cause),
  )
  Error.stackTraceLimit = limit
  return bound
}
