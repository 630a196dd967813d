import { TocsinErrors } from '@tocsin/model'
import { describe, expect, test } from 'vitest'
import { caller } from '../../test/call-helper.ts'
import { DataFiles, type DataFileType } from './data-files.ts'

function loaded(type: DataFileType, ...lines: readonly string[]): DataFiles {
  const files = new DataFiles()
  files.load('f', type, lines.join('\n'))
  return files
}

function mistakesOf(type: DataFileType, ...lines: readonly string[]): string[] {
  try {
    loaded(type, ...lines)
  } catch (error) {
    if (error instanceof TocsinErrors) {
      return error.errors.map(({ where, message }) => `${where?.line}: ${message}`)
    }
    throw error
  }
  return []
}

const row = (pattern: string, tag: string, type: string) => JSON.stringify({ pattern, tag, type })

describe('files of texts', () => {
  test('lines are kept as they are, without comments, empty lines and carriage returns', () => {
    const files = loaded('string', '# c', '', ' a b ', 'c#d\r', '\r', ' # e', 'last')
    expect(files.strings('f')).toEqual([' a b ', 'c#d', ' # e', 'last'])
  })

  test('the first of a name and type counts', () => {
    const files = loaded('string', 'a')
    files.load('f', 'string', 'b')
    files.load('f', 'regexp', 'x')
    expect(files.strings('f')).toEqual(['a'])
    expect([files.matches('f', 'x'), files.matches('f', 'a')]).toEqual([true, false])
    expect([files.has('f', 'string'), files.has('f', 'regex'), files.has('f', 'map')]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('a file that is not there is empty', () => {
    const ask = caller({ files: new DataFiles() })
    expect(ask('File', 'f')).toEqual([])
    expect(ask('RegexpInFile', 'a', 'f')).toBe(false)
    expect(ask('FileMap', 'f')).toEqual([])
    expect(ask('LookupFile', 'a', 'f')).toBe('')
    expect(ask('MatchKnownBot', '1.2.3.4', 'ua', '/', 'f')).toBe(false)
  })

  test('a file of nothing is empty', () => {
    expect(loaded('regexp').matches('f', '')).toBe(false)
    expect(loaded('map').map('f')?.tagOf('')).toBe('')
    expect(loaded('string').has('f', 'string')).toBe(true)
  })
})

describe('files of regular expressions', () => {
  test.each([
    ['abcz', true],
    ['xabcz', false],
    ['SQLMap/1.0', true],
    ['12', false],
    ['n 123 n', true],
    ['# c', false],
  ])('%s: %s', (text, expected) => {
    const ask = caller({ files: loaded('regexp', '^a.*z$', '(?i)sqlmap', '# c', '\\d{3}') })
    expect(ask('RegexpInFile', text, 'f')).toBe(expected)
  })

  test('all bad lines are told', () => {
    const mistakes = mistakesOf('regex', 'a(', 'b', '', '[', '\\8')
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual(['1', '4', '5'])
  })
})

describe('files of tags', () => {
  const files = loaded(
    'map',
    row('curl', 'cli', 'contains'),
    row('^Moz', 'browser', 'regex'),
    row('illa', 'late', 'regex'),
    row('exact', 'first', 'equals'),
    row('exact', 'last', 'equals'),
    row('url', 'part', 'contains'),
    row('cur', 'shorter', 'contains'),
  )

  test.each([
    ['exact', 'last'],
    ['an exact', ''],
    ['Mozilla', 'browser'],
    ['a illa', 'late'],
    ['Mozilla curl', 'cli'],
    ['url curl', 'part'],
    ['cur', 'shorter'],
    ['', ''],
  ])('%s is %j', (text, tag) => {
    expect(caller({ files })('LookupFile', text, 'f')).toBe(tag)
  })

  test('rows keep all their fields', () => {
    const own = loaded('map', JSON.stringify({ pattern: 'p', tag: 't', type: 'equals', more: 'm' }))
    const [only] = caller({ files: own })('FileMap', 'f') as readonly ReadonlyMap<string, string>[]
    expect(Object.fromEntries(only ?? [])).toEqual({ pattern: 'p', tag: 't', type: 'equals', more: 'm' })
  })

  test('all bad lines are told', () => {
    const mistakes = mistakesOf(
      'map',
      '{',
      '[]',
      row('a', 'b', 'equals'),
      row('', 'b', 'equals'),
      row('a', 'b', 'glob'),
      row('(', 'b', 'regex'),
      '{"pattern":"p","tag":1,"type":"equals"}',
    )
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual(['1', '2', '4', '5', '6', '7'])
    expect(mistakes[2]).toContain('"pattern" is missing')
  })

  test('an error of a file of nothing but mistakes ends', () => {
    expect(mistakesOf('map', ...Array.from({ length: 5000 }, () => 'x'))).toHaveLength(100)
  })
})
