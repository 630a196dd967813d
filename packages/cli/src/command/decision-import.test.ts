import { describe, expect, it } from 'vitest'
import { readDecisions } from './decision-import.ts'

const defaults = { input: 'list', duration: '4h0m0s', scope: 'Ip', reason: 'manual', type: 'ban', batch: 0 }
const read = (text: string, format: 'json' | 'csv' | 'values') =>
  readDecisions(text, format, defaults).map(({ scope, value, duration, reason }) =>
    [scope, value, duration, reason].join(' '),
  )

describe('readDecisions', () => {
  it('takes the flags for what a CSV line does not name', () => {
    expect(read('value,duration,reason\n192.0.2.7,24h,scan\n192.0.2.8,,"a, b"\n', 'csv')).toEqual([
      'Ip 192.0.2.7 24h0m0s scan',
      'Ip 192.0.2.8 4h0m0s a, b',
    ])
  })
  it('reads JSON objects', () => {
    expect(
      read(
        '[{"value":"2001:db8::/32","scope":"range","duration":"1d"},{"value":"FR","scope":"country"}]',
        'json',
      ),
    ).toEqual(['Range 2001:db8::/32 24h0m0s manual', 'Country FR 4h0m0s manual'])
  })
  it('takes what is permanent for a hundred years, as every Local API understands it', () => {
    expect(read('value,duration\n192.0.2.7,permanent\n', 'csv')).toEqual(['Ip 192.0.2.7 876000h0m0s manual'])
  })
  it('reads plain values, ranges among them, without comments', () => {
    expect(read('# list\n192.0.2.7\n\n198.51.100.0/24\r\n', 'values')).toEqual([
      'Ip 192.0.2.7 4h0m0s manual',
      'Range 198.51.100.0/24 4h0m0s manual',
    ])
  })
  it.each([
    ['192.0.2.7\nnonsense', 'values', /record 2: "nonsense" is not an address/],
    [
      'value,duration\n192.0.2.7,soon',
      'csv',
      /record 1: "soon" is neither a duration above zero nor permanent/,
    ],
    ['192.0.2.7', 'csv', /names no column "value"/],
    ['{"value":"x"}', 'json', /it is not a list/],
    ['[{}]', 'json', /record 1: it has no value/],
  ] as const)('refuses %j', (text, format, reason) => expect(() => read(text, format)).toThrow(reason))
})
