import { compileExpr } from '../src/index.ts'
import { formatError } from '@tocsin/model'
import { plainEnvironment, plainScope } from './plain-environment.ts'
import { toText } from './value-text.ts'

/** A case of a spec file: an expression, and what comes of it. */
export interface SpecCase {
  readonly line: number
  readonly expression: string
  readonly wanted: string
}

/** A spec file in pieces that can be put together again: cases, and the text between them. */
export type SpecPiece = SpecCase | { readonly text: string }

/**
 * Reads a spec file. A case is an expression, `==>`, and the result: on the same line, or indented on the lines below,
 * which is the form of errors and of long expressions. Lines that begin with # and empty ones are text.
 */
export function readSpec(text: string): SpecPiece[] {
  const lines = text.split('\n')
  const pieces: SpecPiece[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (line === '' || line.startsWith('#')) {
      pieces.push({ text: line })
      at++
      continue
    }
    const start = at
    const expression: string[] = []
    while (at < lines.length && !(lines[at] ?? '').includes('==>')) expression.push(lines[at++] ?? '')
    if (at >= lines.length) throw new Error(`line ${start + 1}: the expression has no ==>`)
    const [last = '', same = ''] = (lines[at++] ?? '').split('==>', 2)
    if (last.trim() !== '') expression.push(last.trimEnd())
    const wanted = same.trim() === '' ? [] : [same.trim()]
    while (/^ {4}/.test(lines[at] ?? '')) wanted.push((lines[at++] ?? '').slice(4))
    pieces.push({ line: start + 1, expression: expression.join('\n'), wanted: wanted.join('\n') })
  }
  return pieces
}

/** The text of a spec file with fresh results. */
export function writeSpec(pieces: readonly SpecPiece[]): string {
  const parts = pieces.map((piece) => {
    if ('text' in piece) return piece.text
    const result = evaluate(piece.expression)
    const long =
      result.includes('\n') || piece.expression.includes('\n') || piece.expression.length + result.length > 90
    if (!long) return `${piece.expression} ==> ${result}`
    const indented = result.split('\n').map((line) => `    ${line}`)
    return `${piece.expression} ==>\n${indented.join('\n')}`
  })
  return parts.join('\n')
}

/** What comes of an expression in the plain environment: its value as text, or the whole rendered error. */
export function evaluate(expression: string): string {
  try {
    return toText(compileExpr(expression, plainEnvironment).run(plainScope()))
  } catch (error) {
    return formatError(error)
  }
}
