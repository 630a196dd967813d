import { describe, expect, test } from 'vitest'
import { caller } from '../../test/call-helper.ts'
import { DataFiles } from '../index.ts'

const bots = [
  {
    name: 'exact',
    user_agent: 'ExactBot',
    ips: ['192.0.2.1', '::ffff:192.0.2.2', '2001:db8::1'],
    ranges: ['198.51.100.0/24'],
  },
  { name: 'named', user_agent: '^named', paths: ['^/feed', '\\.xml$'], rdns: ['(^|\\.)bot\\.example$'] },
  { name: 'quiet', rdns: ['quiet'] },
]

function load(text: string): DataFiles {
  const files = new DataFiles()
  files.load('f', 'bots', text)
  return files
}

describe('MatchKnownBot', () => {
  let asked = 0
  const dns = {
    addressesOf: () => [],
    confirmedNamesOf: (address: string) => {
      asked++
      return address === '203.0.113.5' ? ['crawl.bot.example'] : []
    },
  }
  const isKnown = caller({ files: load(bots.map((bot) => JSON.stringify(bot)).join('\n')), dns })

  test.each([
    ['192.0.2.1', 'my exactbot/1.0', '/', true],
    ['192.0.2.1:443', 'ExactBot', '/', true],
    ['192.0.2.2', 'ExactBot', '/', true],
    ['[2001:db8::1]:443', 'ExactBot', '/', true],
    ['2001:db8::1%eth0', 'ExactBot', '/', true],
    ['198.51.100.77', 'ExactBot', '/', true],
    ['192.0.2.1', 'curl', '/', false],
    ['192.0.2.3', 'ExactBot', '/', false],
    ['203.0.113.5', 'NAMED bot', '/feed/1', true],
    ['203.0.113.5', 'named bot', '/Site.XML', true],
    ['203.0.113.5', 'named bot', '/', false],
    ['203.0.113.6', 'named bot', '/feed', false],
    ['nothing', 'ExactBot', '/', false],
    ['', '', '', false],
  ])('%s as %s for %s: %s', (address, userAgent, path, expected) => {
    expect(isKnown('MatchKnownBot', address, userAgent, path, 'unknown', 'f')).toBe(expected)
  })

  test('asks for names once, and only where that can settle it', () => {
    asked = 0
    isKnown('MatchKnownBot', '192.0.2.1', 'ExactBot', '/', 'f')
    expect(asked).toBe(0)
    isKnown('MatchKnownBot', '203.0.113.5', 'named', '/feed', 'f', 'f')
    expect(asked).toBe(1)
  })

  test('knows no bot without files', () => {
    expect(isKnown('MatchKnownBot', '192.0.2.1', 'ExactBot', '/')).toBe(false)
  })
})

describe('files of bots are refused', () => {
  test.each([
    ['without a name', { ips: ['192.0.2.1'] }],
    ['that anybody could be', { name: 'b', user_agent: 'b' }],
    ['with an address that is none', { name: 'b', ips: ['192.0.2'] }],
    ['with a range that is none', { name: 'b', ranges: ['192.0.2.0'] }],
    ['with names that match everything', { name: 'b', rdns: [''] }],
    ['with a field that nobody knows', { name: 'b', ips: ['192.0.2.1'], asn: '1' }],
    ['with a bad expression', { name: 'b', ips: ['192.0.2.1'], user_agent: '(' }],
    ['with a text for a list', { name: 'b', ips: '192.0.2.1' }],
  ])('%s', (_, bot) => {
    expect(() => load(JSON.stringify(bot))).toThrow('cannot load data file f: 1 bad line')
  })
})
