import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { compileRegex, compileRegexSet } from './index.ts'

describe('compileRegexSet', () => {
  it('tells whether and which', () => {
    const set = compileRegexSet(['\\bfoo\\b', '^b.r$', '(?i)curl', 'o'])
    expect(set.matchesAny('a foo b')).toBe(true)
    expect(set.firstMatch('a foo b')).toBe(0)
    expect(set.firstMatch('bar')).toBe(1)
    expect(set.firstMatch('CURL/8 foo')).toBe(0)
    expect(set.firstMatch('xoCurl')).toBe(2)
    expect(set.firstMatch('so')).toBe(3)
    expect(set.firstMatch('')).toBe(-1)
    expect(set.matchesAny('Bar')).toBe(false)
  })

  it('takes expressions that match nothing, that take bytes, and none at all', () => {
    expect(compileRegexSet([]).matchesAny('a')).toBe(false)
    expect(compileRegexSet([]).firstMatch('a')).toBe(-1)
    const set = compileRegexSet(['x', '^\\C\\C$', '(?:)'])
    expect(set.firstMatch('é')).toBe(1)
    expect(set.firstMatch('ax')).toBe(0)
    expect(set.firstMatch('abc')).toBe(2)
  })

  it('spreads over several automata what is too large for one', () => {
    const set = compileRegexSet(Array.from({ length: 100 }, (_, index) => `x${index}y(?:[a-z]{1000}|!)`))
    expect(set.firstMatch('-x77y! x3y')).toBe(77)
    expect(set.matchesAny('x100y!')).toBe(false)
  })

  it('says which expression is bad', () => {
    expect(() => compileRegexSet(['a', 'b('])).toThrow(expect.objectContaining({ source: 'b(' }) as Error)
  })
})

describeNeeding([needShared('hub-data/web')], 'the list of bad user agents', () => {
  it('is matched in one pass as one by one', () => {
    const file = join(sharedFolder, 'hub-data/web/bad_user_agents.regex.txt')
    const sources = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const set = compileRegexSet(sources)
    const regexes = sources.map((source) => compileRegex(source))
    const names = sources.map((source) => source.replaceAll(/\\b|\\/g, ''))
    const agents = [
      '',
      'Mozilla/5.0 (X11; Linux x86_64)',
      ...names,
      ...names.map((name) => `Mozilla/5.0 (${name}/1.0)`),
    ]
    for (const agent of agents) {
      const first = regexes.findIndex((regex) => regex.test(agent))
      expect(set.firstMatch(agent)).toBe(first)
      expect(set.matchesAny(agent)).toBe(first >= 0)
    }
  })
})
