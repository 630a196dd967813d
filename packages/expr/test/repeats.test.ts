import { beforeEach, describe, expect, it } from 'vitest'
import { compileExpr, createEnvironment, helperFunctions, noWorld, structType, types } from '../src/index.ts'

const { bool, map, string, struct } = types
let calls: string[] = []

const eventType = structType('Event', {
  fields: {
    Meta: { type: map(string), get: 'meta' },
    Name: { type: string, get: ({ name }: { name: string }) => note('Name', name) },
  },
  methods: {
    Set: {
      params: [string, string],
      result: bool,
      call: ({ meta }: { meta: Map<string, string> }, key: string, value: string) => {
        meta.set(key, value)
        return true
      },
    },
  },
})

function note<T>(what: string, value: T): T {
  calls.push(what)
  return value
}

const toText = types.func([string], string)
const env = createEnvironment({
  variables: { evt: struct(eventType) },
  functions: {
    ...helperFunctions(noWorld()),
    Twice: { overloads: [toText], pure: true, call: (text: string) => note('Twice', text + text) },
    Fails: {
      overloads: [toText],
      pure: true,
      call: () => {
        throw new Error(note('Fails', 'no'))
      },
    },
    Changing: { overloads: [toText], call: (text: string) => note('Changing', text) },
  },
})

function run(source: string): unknown {
  return compileExpr(source, env).run({ evt: { name: 'ab', meta: new Map([['x', '1']]) } })
}

beforeEach(() => {
  calls = []
})

describe('what is asked for again is evaluated once', () => {
  it.each([
    ["evt.Name == 'x' || evt.Name == 'y' || evt.Name == 'ab'", true, ['Name']],
    ["Twice(evt.Name) == 'x' || Twice(evt.Name) contains 'ba'", true, ['Name', 'Twice']],
    ["evt.Name == 'x' && Twice(evt.Name) == '' || upper(evt.Name) == 'AB'", true, ['Name']],
    ["any(['x', 'ab'], { evt.Name == # }) && evt.Name != ''", true, ['Name']],
    ["let twice = Twice(evt.Name); twice == 'x' || Twice(evt.Name) == 'abab'", true, ['Name', 'Twice']],
  ])('%s', (source, value, expected) => {
    expect(run(source)).toBe(value)
    expect(calls).toEqual(expected)
  })

  it('what is the same in every run is evaluated once for all', () => {
    const program = compileExpr("evt.Meta.x == '2' || evt.Meta.x contains Twice('1')", env)
    expect([1, 2, 3].map(() => program.run({ evt: { meta: new Map([['x', '11']]) } }))).toEqual([
      true,
      true,
      true,
    ])
    expect(calls).toEqual(['Twice'])
  })
})

describe('what may change is evaluated each time', () => {
  it.each([
    ["evt.Meta.x == '1' && evt.Set('x', '2') && evt.Meta.x == '2'", true, []],
    [
      "Changing(evt.Name) == 'x' || Changing(evt.Name) == 'ab'",
      true,
      ['Name', 'Changing', 'Name', 'Changing'],
    ],
    ["(let a = 'x'; Twice(a) == 'xx') && (let a = 'y'; Twice(a) == 'yy')", true, ['Twice', 'Twice']],
  ])('%s', (source, value, expected) => {
    expect(run(source)).toBe(value)
    expect(calls).toEqual(expected)
  })
})

it.each([
  "Fails(evt.Name) == '' || Fails(evt.Name) == 'x'",
  "evt.Meta.x == Fails('1')",
  "evt.Meta.x matches lower('(')",
])('%s fails when it is run, and where it fails', (source) => {
  const program = compileExpr(source, env)
  expect(() => program.run({ evt: { name: 'ab', meta: new Map() } })).toThrow(/cannot evaluate/)
})
