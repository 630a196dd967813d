import { type Located, placeInText } from '@tocsin/document'
import { compileExpr, type Environment, ExprError, type Program } from '@tocsin/expr'
import { TocsinError } from '@tocsin/model'

/**
 * Compiles the expression that a field of an item holds. Throws a TocsinError whose place is the one in the file.
 */
export function compileField(
  field: string,
  source: Located<string>,
  environment: Environment,
  expect: 'bool' | 'string' | 'any',
): Program {
  try {
    return compileExpr(source.value, environment, { expect })
  } catch (error) {
    if (!(error instanceof ExprError)) throw error
    throw new TocsinError(error.code, error.message.replace('expression', field), {
      where: placeInText(source, offsetOf(source.value, error.where?.line ?? 1, error.where?.column ?? 1)),
      ...(error.excerpt === undefined ? {} : { excerpt: error.excerpt }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

/** The offset of a line and column, both from 1. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1
  return start + column - 1
}
