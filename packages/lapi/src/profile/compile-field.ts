import { type Located, placeInText } from '@tocsin/document'
import { compileExpr, type Environment, ExprError, type Program } from '@tocsin/expr'
import { TocsinError } from '@tocsin/model'

/** Compiles an expression of a file. Throws a TocsinError whose place is the one in the file. */
export function compileField(
  field: string,
  source: Located<string>,
  environment: Environment,
  expect: 'bool' | 'string',
): Program {
  try {
    return compileExpr(source.value, environment, { expect })
  } catch (error) {
    if (!(error instanceof ExprError)) throw error
    const { line = 1, column = 1 } = error.where ?? {}
    const lines = source.value.split('\n').slice(0, line - 1)
    const offset = lines.reduce((sum, text) => sum + text.length + 1, 0) + column - 1
    throw new TocsinError(error.code, error.message.replace('expression', field), {
      where: placeInText(source, offset),
      ...(error.excerpt === undefined ? {} : { excerpt: error.excerpt }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}
