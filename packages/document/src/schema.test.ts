import { formatError } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import {
  bool,
  integer,
  list,
  located,
  mapOf,
  object,
  oneOf,
  placeInText,
  readDocuments,
  refine,
  required,
  text,
} from './index.ts'

const scenario = object({
  name: required(text()),
  type: oneOf('leaky', 'trigger'),
  filter: located(text()),
  capacity: integer(),
  debug: bool(),
  tags: list(text()),
  labels: mapOf(text()),
})

const read = (source: string) => readDocuments(source, 'a.yaml', scenario)
const codes = (source: string) =>
  read(source).errors.map((error) => `${error.where?.line}:${error.where?.column} ${error.code}`)

describe('values', () => {
  it('keep the text that scalars were written with', () => {
    const { values } = read('name: 0403\nlabels: {a: 1.50, b: yes}\ntags: [2020-01-01, "x"]')
    expect(values[0]?.value).toMatchObject({ name: '0403', tags: ['2020-01-01', 'x'] })
    expect(Object.fromEntries(values[0]?.value.labels ?? [])).toEqual({ a: '1.50', b: 'yes' })
  })
  it('follow YAML 1.1 for booleans', () =>
    expect(read('name: a\ndebug: yes').values[0]?.value.debug).toBe(true))
  it('take null as absent', () =>
    expect(read('name: a\ntags:\ncapacity: ~').values[0]?.value).toMatchObject({ name: 'a' }))
  it('come one a document, empty documents left out', () =>
    expect(read('name: a\n---\n---\nname: b').values).toHaveLength(2))
})

describe('errors', () => {
  it('are all reported, with their places', () => {
    expect(codes('nam: a\ntype: leakyy\ncapacity: x\ntags: 3')).toEqual([
      '1:1 YAML_UNKNOWN_KEY',
      '2:7 YAML_UNKNOWN_VALUE',
      '3:11 YAML_WRONG_TYPE',
      '4:7 YAML_WRONG_TYPE',
      '1:1 YAML_MISSING_KEY',
    ])
  })
  it('suggest what was meant', () => {
    const [error] = read('name: a\nfitler: b').errors
    expect(formatError(error)).toBe(
      'a.yaml:2:1  YAML_UNKNOWN_KEY  cannot read document: unknown key "fitler"\n | fitler: b\n | ^\n  hint: did you mean "filter"?',
    )
  })
  it('name duplicate keys', () => expect(codes('name: a\nname: b')).toEqual(['2:1 YAML_DUPLICATE_KEY']))
  it('name broken syntax', () => expect(codes('name: [a')[0]).toMatch(/YAML_SYNTAX/))
  it('refuse aliases, the seed of alias bombs', () =>
    expect(codes('name: &x a\ntags: [*x]')).toEqual(['2:8 YAML_ALIAS']))
  it('refuse deep nesting', () =>
    expect(codes(`name: ${'['.repeat(200)}${']'.repeat(200)}`)[0]).toMatch(/YAML_TOO_DEEP|YAML_WRONG_TYPE/))
  it('leave the good documents of a file usable', () => {
    const { values, errors } = read('name: a\n---\nnaem: b\n---\nname: c')
    expect(values.map(({ value }) => value.name)).toEqual(['a', 'c'])
    expect(errors.length).toBeGreaterThan(0)
  })
  it('carry the reason of a refused value', () => {
    const positive = refine(integer(), (value) => (value > 0 ? null : 'it must be above 0'))
    const { errors } = readDocuments('n: 0', 'a.yaml', object({ n: positive }))
    expect(errors[0]?.message).toBe('cannot read "n": it must be above 0')
  })
})

describe('placeInText', () => {
  const place = (source: string, offset: number) => {
    const filter = read(source).values[0]?.value.filter
    const where = filter && placeInText(filter, offset)
    return `${where?.line}:${where?.column}`
  }
  it('points into plain text', () => expect(place('name: a\nfilter: evt.X == 1', 4)).toBe('2:13'))
  it('points behind the quote', () => expect(place('name: a\nfilter: "evt.X"', 4)).toBe('2:14'))
  it('points into the lines of a block', () =>
    expect(place('name: a\nfilter: |\n  evt.A &&\n  evt.B', 13)).toBe('4:7'))
})

describe('large maps', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: v`)
  it('are read whole', () =>
    expect(readDocuments(keys.join('\n'), 'a.yaml', mapOf(text())).values[0]?.value.size).toBe(20_000))
  it('name the keys that they have twice', () => {
    const { errors } = readDocuments([...keys, 'key7: w', 'key9: w'].join('\n'), 'a.yaml', mapOf(text()))
    expect(errors.map(({ where }) => where?.line)).toEqual([20_001, 20_002])
  })
})
