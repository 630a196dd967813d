import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Located } from '@tocsin/document'
import { compileRegex } from '@tocsin/regex'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../../testkit/src/index.ts'
import { readItems } from '../item/read-items.ts'
import type { NodeDocument } from '../item/parser-schema.ts'
import { compileGrok } from './grok.ts'
import { groupOffsets } from './groups.ts'
import { type Expansion, PatternLibrary } from './library.ts'
import { standardPatterns } from './standard-patterns.ts'

const at = (value: string) => ({ value, where: { file: 'a.yaml', line: 3, column: 5 } })

function fieldsOf(
  pattern: string,
  text: string,
  library = new PatternLibrary(),
): Record<string, string> | null {
  const into = new Map<string, string>()
  return compileGrok(at(pattern), library).match(text, into) ? Object.fromEntries(into) : null
}

describe('Grok', () => {
  it('gives the fields of names, not of inline groups', () => {
    const found = fieldsOf(String.raw`user (?P<inline>\w+) %{IP:ip}( port %{INT:port})?`, 'user bob 10.0.0.1')
    expect(found).toEqual({ ip: '10.0.0.1', port: '' })
  })

  it('leaves text alone that only looks like a reference', () => {
    expect(fieldsOf('%{DATA:a-b} %{INT:n:int} x %{INT:n}', '%{DATA:a-b} %{INT:n:int} x 7')).toEqual({
      n: '7',
    })
  })

  it('never matches a pattern without names', () => {
    expect(fieldsOf('abc', 'abc')).toBeNull()
    expect(fieldsOf('%{INT}', '1')).toBeNull()
  })

  it('takes the last occurrence of a name, even where it took no part', () => {
    expect(fieldsOf('a%{INT:n}|b%{INT:n}', 'a1')).toEqual({ n: '' })
    expect(fieldsOf('a%{INT:n}|b%{INT:n}', 'b2')).toEqual({ n: '2' })
  })

  it('prefers a name of its own level over an inherited one', () => {
    const library = new PatternLibrary()
    library.define('PAIR', at('%{INT:n}-%{INT:m}'))
    expect(fieldsOf('%{INT:n} %{PAIR}', '1 2-3', library)).toEqual({ n: '1', m: '3' })
    expect(fieldsOf('%{PAIR} %{PAIR}', '1-2 3-4', library)).toEqual({ n: '3', m: '4' })
  })

  it('keeps the first definition of a name', () => {
    const library = new PatternLibrary()
    expect(library.define('MINE', at('a'))).toBe(true)
    expect(library.define('MINE', at('a'))).toBe(true)
    expect(library.define('MINE', at('b'))).toBe(false)
    expect(library.define('INT', at('b'))).toBe(false)
    expect(fieldsOf('%{MINE:x}', 'ba', library)).toEqual({ x: 'a' })
  })

  it.each([
    ['foo %{IPORHST:x}', 'GROK_UNKNOWN_PATTERN', 9, 'did you mean "IPORHOST"?'],
    ['foo %{INT:x} (', 'GROK_BAD_PATTERN', 18, undefined],
    ['%{LOOP:x}', 'GROK_RECURSION', 5, undefined],
  ])('refuses %s', (pattern, code, column, hint) => {
    const library = new PatternLibrary()
    library.define('LOOP', at('%{LOOP}'))
    const compile = () => compileGrok(at(pattern), library)
    expect(compile).toThrow(
      expect.objectContaining({ code, hint, where: { file: 'a.yaml', line: 3, column } }),
    )
  })

  it('refuses a pattern that doubles itself without end', () => {
    const library = new PatternLibrary()
    library.define('D0', at('aaaaaaaaaa'))
    for (let i = 1; i < 40; i++) library.define(`D${i}`, at(`%{D${i - 1}}%{D${i - 1}}`))
    expect(() => library.expand(at('%{D39:x}'))).toThrow('it grows over')
  })

  it('counts groups behind escapes, classes and literals', () => {
    expect(groupOffsets(String.raw`\((a)[(\])](?:b)(?P<c>\Q(\E)[[:alpha:](]()`)).toEqual([2, 16, 40])
  })

  it('has no standard pattern that does not compile', () => {
    const library = new PatternLibrary()
    for (const name of standardPatterns.keys()) compileRegex(library.expand(at(`%{${name}}`)).source)
  })
})

describeNeeding([needShared('hub'), needShared('golden/grok')], 'groks of the public hub', () => {
  const root = join(sharedFolder, 'hub/parsers')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ya?ml$/.test(name),
  )
  const items = files.map((name) => ({
    type: 'parsers' as const,
    name,
    path: `parsers/${name}`,
    text: readFileSync(join(root, name), 'utf8'),
    version: '?',
    hash: '',
  }))
  const library = new PatternLibrary()
  const expansions = new Map<string, Expansion>()
  const patterns = new Map<string, Located<string>>()
  const visit = (node: NodeDocument) => {
    for (const [name, pattern] of node.patternSyntax) library.define(name, pattern)
    const { grok } = node
    const named = grok?.name === undefined ? undefined : at(`%{${grok.name.value}}`)
    const pattern = named ?? grok?.pattern
    if (pattern) {
      const { source, names } = library.expand(pattern)
      // A grok by name is the pattern itself, without the brackets of a reference.
      const shift = named ? 1 : 0
      const expression = source.slice(shift, source.length - shift)
      const shifted = new Map([...names].map(([name, offset]) => [name, offset - shift]))
      expansions.set(expression, { source: expression, names: shifted })
      patterns.set(expression, pattern)
    }
    node.nodes.forEach(visit)
  }
  for (const parser of readItems(items).parsers) parser.documents.forEach((document) => visit(document.value))

  const readLines = <T>(name: string): T[] => {
    const text = readFileSync(join(sharedFolder, 'golden/grok', name), 'utf8')
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T)
  }
  const recorded = readLines<{ id: number; re: string }>('patterns.jsonl')

  it('expand to the recorded expressions', () => {
    expect(recorded.filter(({ re }) => !expansions.has(re))).toEqual([])
    expect(recorded.length).toBeGreaterThan(200)
  })

  it('give the fields of the recorded groups', () => {
    const groks = new Map(
      recorded.map(({ id, re }) => [id, compileGrok(patterns.get(re) ?? at(re), library)] as const),
    )
    const groupOf = new Map(
      recorded.map(({ id, re }) => [
        id,
        new Map(groupOffsets(re).map((offset, index) => [offset, index + 1])),
      ]),
    )
    for (const { id, in: text, groups } of readLines<Case>('cases.jsonl')) {
      const re = recorded.find((pattern) => pattern.id === id)?.re ?? ''
      const names = [...(expansions.get(re)?.names ?? [])]
      const wanted = new Map(
        names.map(([name, offset]) => [name, groups?.[groupOf.get(id)?.get(offset) ?? 0] ?? '']),
      )
      const found = new Map<string, string>()
      const matched = groks.get(id)?.match(text, found)
      expect([id, text, matched]).toEqual([id, text, groups !== null && names.length > 0])
      if (matched) expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
    }
  })
})

interface Case {
  readonly id: number
  readonly in: string
  readonly groups: readonly (string | null)[] | null
}
