import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compileExpr,
  createEnvironment,
  type Environment,
  ExprRuntimeError,
  structType,
  structTypeOf,
  types,
} from '../src/index.ts'
import { generate } from '../src/program.ts'
import { check } from '../src/check/checker.ts'
import { optimize } from '../src/compile/optimize.ts'
import { parse } from '../src/syntax/parser.ts'
import { toText } from './value-text.ts'

/** An entry that counts how often somebody looks at it. */
class Entry {
  static looks = 0
  readonly number: bigint
  readonly #kind: string

  constructor(kind: string, number: number) {
    this.#kind = kind
    this.number = BigInt(number)
  }

  get kind(): string {
    Entry.looks++
    return this.#kind
  }
}

const entryType = structType('Entry', {
  fields: { Kind: { type: types.string, get: 'kind' }, Number: { type: types.int, get: 'number' } },
})
Object.defineProperty(Entry.prototype, structTypeOf, { value: entryType })

const element = types.struct(entryType)
const typed = createEnvironment({ variables: { list: types.array(element), n: types.int } })
/** Nothing is certain here, so that nothing is left out. */
const untyped = createEnvironment({ variables: { list: types.any, n: types.any } })

function listOf(kinds: readonly string[]): Entry[] {
  return kinds.map((kind, index) => new Entry(kind, index))
}

function answer(source: string, env: Environment, list: readonly Entry[]): string {
  try {
    return toText(compileExpr(source, env).run({ list, n: 3n }))
  } catch (error) {
    if (error instanceof ExprRuntimeError) return error.message
    throw error
  }
}

function codeOf(source: string): string {
  const tree = parse(source, typed)
  check(tree, typed)
  return generate(optimize(tree), typed).js
}

const onlyLast = [
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4",
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4 && map(f[-4:], {.Number}) == [1, 2, 3, 4]",
  "let f = filter(list, {.Kind == 'a'}); len(f) > 2 ? map(f[-3:-1], {.Number}) : nil",
  "let f = filter(list, {.Kind == 'a'}); len(f) <= 2 || f[-1].Number > 7",
  "let f = filter(list, {.Kind != 'b'}); f[-2].Number",
  "let f = filter(list, {.Kind in ['a', 'c']}); 3 == len(f) ? sum(map(f[-3:], {.Number})) : 0",
  "len(filter(list, {.Kind == 'a'})) > 3",
  "2 < len(filter(list, {.Kind == 'a' || .Kind == 'b'}))",
  "count(list, {.Kind == 'a'}) != 2",
  "1 <= count(list, {.Kind startsWith 'b'}) < 4",
]

const everything = [
  "let f = filter(list, {.Kind == 'a'}); len(f)",
  "let f = filter(list, {.Kind == 'a'}); len(f) >= n",
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4 && f[0].Number == 1",
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4 && f[:-4] == []",
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4 && any(f, {.Number > 3})",
  'let f = filter(list, {.Number % n == 0}); len(f) >= 4',
  "let f = filter(list, {.Kind == 'a'}); len(f) >= 4 && len(map(list, {.Number})) > 3",
  "let f = filter(list, {.Kind == 'a'}); let g = filter(list, {.Kind == 'b'}); len(f) > 2 && len(g) > 2",
  "1 <= count(list, {.Kind == 'b'}) < n",
  "map(list, {len(filter(list, {.Kind == 'a'})) > 3})",
]

describe('of a search of which only some elements matter', () => {
  it.each(onlyLast)('%s looks at no more', (source) => expect(codeOf(source)).toMatch(/filterLast|countUpTo/))
  it.each(everything)('%s looks at all', (source) =>
    expect(codeOf(source)).not.toMatch(/filterLast|countUpTo/),
  )

  it.each([...onlyLast, ...everything])('%s gives what it gives', (source) => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'a', 'b', 'c'), { maxLength: 12 }), (kinds) => {
        const list = listOf(kinds)
        expect(answer(source, typed, list)).toBe(answer(source, untyped, list))
      }),
      { numRuns: 200 },
    )
  })
})

it('a long queue costs no more than a short one', () => {
  const source = onlyLast[1] ?? ''
  const looksFor = (length: number) => {
    const list = listOf(Array.from({ length }, () => 'a'))
    Entry.looks = 0
    answer(source, typed, list)
    return Entry.looks
  }
  expect(looksFor(100_000)).toBe(looksFor(10))
})

it('what a run may make is counted as if all were looked at', () => {
  const source = "let f = filter(list, {.Kind == 'a'}); len(f) >= 4"
  const list = Array.from({ length: 1_000_000 }, () => new Entry('a', 1))
  expect(answer(source, typed, list)).toMatch(/over 1000000 elements/)
  expect(answer(source, typed, list.slice(1))).toBe('true')
})
