import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { compileRegex } from '../src/index.ts'
import { readGrokCases, readGrokPatterns } from './golden.ts'
import { hostileLines, inflatedLines, regexBombs } from './hostile.ts'
import { linearityFaults } from './linearity.ts'

const expectLinear = (source: string, lines: readonly string[]): void =>
  expect(linearityFaults(source, lines)).toEqual([])

describe('regex bombs', () => {
  it.each(regexBombs)('answers $source in linear time', ({ source, text }) => {
    const long = text(16_384)
    expectLinear(source, [long])
    const regex = compileRegex(source)
    expect(regex.test(long)).toBe(regex.exec(long) !== null)
    expect(regex.test(text(200))).toBe(regex.exec(text(200)) !== null)
  })

  it('keeps V8 from texts like those that it was slow with', () => {
    const regex = compileRegex('^(a|aa|b)*(a|aa|c)*$')
    const text = `${'a'.repeat(900)}!`
    expect(regex.answererFor(text)).toBe('v8')
    for (let i = 0; i < 60; i++) regex.test(text)
    expect(regex.answererFor(text)).toBe('automaton')
    expect(regex.answererFor('abc')).toBe('v8')
  })
})

describeNeeding([needShared('hub-data')], 'lists of expressions of the hub on hostile lines', () => {
  const bots = 'whitelists/benign_bots'
  it.each([
    'web/bad_user_agents.regex.txt',
    'web/thinkphp_cve_2018-20062.txt',
    `${bots}/rdns_corporate_proxies.regex`,
    `${bots}/rdns_letsencrypt.regex`,
    `${bots}/search_engine_crawlers/rnds_seo_bots.regex`,
  ])('are answered by a linear engine: %s', (file) => {
    const sources = readFileSync(join(sharedFolder, 'hub-data', file), 'utf8').split('\n')
    for (const source of sources.filter((line) => line !== ''))
      expectLinear(source, hostileLines([source], 2048))
  })
})

describeNeeding([needShared('golden/grok')], 'groks of the hub on hostile lines', () => {
  const folder = join(sharedFolder, 'golden')

  it('are answered by a linear engine', () => {
    const cases = readGrokCases(folder)
    const patterns = readGrokPatterns(folder)
    expect(patterns.length).toBeGreaterThan(200)
    for (const { id, re } of patterns) {
      const matching = cases.filter((one) => one.id === id && one.groups !== null).slice(0, 2)
      const texts = matching.map((one) => one.in)
      expectLinear(re, [...hostileLines(texts, 16_384), ...inflatedLines(re, 16_384)])
    }
  })

  it('ends on the damaged line that keeps a plain translation of pattern 12 busy for minutes', () => {
    const pattern = readGrokPatterns(folder).find(({ id }) => id === 12)
    const damaged = readGrokCases(folder).filter(({ id, groups }) => id === 12 && groups === null)
    expect(damaged.length).toBeGreaterThan(0)
    const regex = compileRegex(pattern?.re ?? '')
    for (const { in: text } of damaged) expect(regex.exec(text)).toBeNull()
  })
})
