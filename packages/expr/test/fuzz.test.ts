import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileExpr, ExprError, explainFalse, ExprRuntimeError } from '../src/index.ts'
import { builtins } from '../src/builtin/index.ts'
import { plainEnvironment, plainScope } from './plain-environment.ts'
import { randomExpression } from './random-expression.ts'

const corpus = readFileSync(new URL('corpus.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')

/** Compiles and runs a source, and has its answer explained. Anything but the errors of the language is thrown on. */
function survive(source: string): void {
  try {
    const program = compileExpr(source, plainEnvironment)
    const scope = plainScope()
    if (program.run(scope) === false) explainFalse(program, scope)
  } catch (error) {
    if (!(error instanceof ExprError) && !(error instanceof ExprRuntimeError)) throw error
    // An error of the engine itself is a case that nobody thought of.
    const { cause } = error
    if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError)
      throw cause
    expect(error.where?.line).toBeGreaterThan(0)
    expect(error.excerpt).toContain('^')
  }
}

const names = [...plainEnvironment.variables.keys(), ...plainEnvironment.functions.keys(), ...builtins.keys()]
const operators = '+ - * / % ** ^ == != < > <= >= && || and or not ! in matches contains startsWith endsWith'
const signs = `${operators} .. . ?. ?? ? : ; , | ( ) [ ] { } # #index #acc $env let if else nil true false`
const word = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom(...signs.split(' ')),
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '2.5',
    '1e9',
    '"a"',
    '"1"',
    '"é"',
    "'x'",
    '`y`',
    '[1, 2]',
    '{a: 1}',
    '/* */',
  ),
)

describe('whatever is written', () => {
  it.each(corpus)('%s', (source) => survive(source))

  it('has an answer or an error with a place, words at random', () => {
    const source = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))
    fc.assert(fc.property(source, survive), { numRuns: 2_000 })
  })

  it('has an answer or an error with a place, texts at random', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), survive), { numRuns: 1_000 })
  })

  it('has an answer or an error with a place, expressions at random', () => {
    fc.assert(fc.property(randomExpression, survive), { numRuns: 2_000 })
  })

  it('has an answer or an error with a place, known ones with a piece missing or doubled', () => {
    const cut = fc.tuple(fc.constantFrom(...corpus), fc.nat(40), fc.nat(10), fc.boolean())
    const source = cut.map(([text, at, length, doubles]) =>
      doubles ? text.slice(0, at + length) + text.slice(at) : text.slice(0, at) + text.slice(at + length),
    )
    fc.assert(fc.property(source, survive), { numRuns: 1_000 })
  })
})
