import { describe, expect, test } from 'vitest'
import { caller } from '../../test/call-helper.ts'
import {
  compileExpr,
  createEnvironment,
  DataFiles,
  Duration,
  ExprError,
  helperFunctions,
  noWorld,
  StashCaches,
  types,
} from '../index.ts'

const clock = () => 1_700_000_000_000

function errorOf(source: string, capabilities: Parameters<typeof helperFunctions>[0]): ExprError | null {
  const environment = createEnvironment({ variables: {}, functions: helperFunctions(capabilities) })
  try {
    compileExpr(source, environment)
    return null
  } catch (error) {
    if (error instanceof ExprError) return error
    throw error
  }
}

const calls = [
  'Hostname()',
  "LookupHost('a')",
  "CrowdsecCTI('1.2.3.4')",
  "GetDecisionsCount('1.2.3.4')",
  "GetDecisionsSinceCount('1.2.3.4', '1h')",
  "GetActiveDecisionsCount('1.2.3.4')",
  "GetActiveDecisionsTimeLeft('1.2.3.4')",
  "GeoIPEnrich('1.2.3.4')",
  "GeoIPASNEnrich('1.2.3.4')",
  "GeoIPRangeEnrich('1.2.3.4')",
  "IPToCountry('1.2.3.4')",
  "HTTPGet('http://a')",
  "HTTPHead('http://a')",
  "HTTPPost('http://a', 't', 'b')",
  "HTTPRequest('PUT', 'http://a', {'x': 1}, 'b')",
  "MatchKnownBot('1.2.3.4', 'ua', '/', 'f')",
]

describe('a capability that is missing', () => {
  const bare = { files: new DataFiles(), stash: new StashCaches(clock), clock }

  test.each(calls)('refuses %s where it is compiled', (source) => {
    const error = errorOf(`true || ${source} == nil`, bare)
    expect(error?.code).toBe('EXPR_MISSING_CAPABILITY')
    expect(error?.message).toContain(source.replace(/\(.*/, ''))
    expect(error?.where?.column).toBe(9)
  })

  test.each(calls)('is none of %s in a world that has nothing', (source) => {
    expect(errorOf(source, noWorld())).toBeNull()
  })

  test.each(["LibInjectionIsSQLI('a')", "LibInjectionIsXSS('a')"])('%s is refused everywhere', (source) => {
    expect(errorOf(source, noWorld())?.code).toBe('EXPR_UNSUPPORTED_HELPER')
  })
})

describe('what capabilities are asked', () => {
  test('decisions, since when', () => {
    const asked: unknown[] = []
    const ask = caller({
      clock,
      decisions: {
        count: () => 3,
        countSince: (value, sinceMs) => asked.push(value, sinceMs),
        countActive: () => 1,
        activeTimeLeftMs: () => 1500.7,
      },
    })
    expect(ask('GetDecisionsCount', 'v')).toBe(3n)
    expect(ask('GetActiveDecisionsCount', 'v')).toBe(1n)
    expect(ask('GetActiveDecisionsTimeLeft', 'v')).toEqual(new Duration(1_500_000_000n))
    expect(ask('GetDecisionsSinceCount', 'v', '1h30m')).toBe(2n)
    expect(asked).toEqual(['v', clock() - 5_400_000])
    expect(ask('GetDecisionsSinceCount', 'v', 'yesterday')).toBe(0n)
  })

  test('requests, with texts as headers', () => {
    const asked: unknown[] = []
    const ask = caller({
      http: {
        request: (method, url, headers, body) => {
          asked.push([method, url, Object.fromEntries(headers), body])
          return null
        },
      },
    })
    ask('HTTPGet', 'http://a')
    ask('HTTPHead', 'http://a')
    ask('HTTPPost', 'http://a', 'text/plain', 'b')
    ask('HTTPRequest', 'PUT', 'http://a', new Map<string, unknown>([['x', 1n]]), 'b')
    expect(asked).toEqual([
      ['GET', 'http://a', {}, ''],
      ['HEAD', 'http://a', {}, ''],
      ['POST', 'http://a', { 'Content-Type': 'text/plain' }, 'b'],
      ['PUT', 'http://a', { x: '1' }, 'b'],
    ])
  })

  test('names: an address needs no asking', () => {
    const ask = caller({
      dns: { addressesOf: (name) => (name === 'a' ? ['192.0.2.1'] : []), confirmedNamesOf: () => [] },
    })
    expect(ask('LookupHost', 'a')).toEqual(['192.0.2.1'])
    expect(ask('LookupHost', '2001:db8::1')).toEqual(['2001:db8::1'])
    expect(ask('LookupHost', '')).toEqual([])
  })

  test('answers have the types that a capability declares', () => {
    const geo = {
      types: { city: types.string },
      city: () => 'Paris',
      autonomousSystem: () => null,
      range: () => null,
      country: () => 'FR',
    }
    expect(errorOf("GeoIPEnrich('1.2.3.4') == 1", noWorld({ geo }))?.code).toBe('EXPR_TYPE')
  })

  test('a world that has nothing answers no requests', () => {
    const ask = caller({})
    expect(() => ask('HTTPGet', 'http://a')).toThrow('there is no network')
    expect(() => ask('CrowdsecCTI', '1.2.3.4')).toThrow('no threat intelligence')
    expect(ask('GeoIPEnrich', '1.2.3.4')).toBeNull()
    expect(ask('JA4H', null)).toBe('')
  })
})
