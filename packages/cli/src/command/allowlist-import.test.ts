import { expect, it } from 'vitest'
import { readAllowlistItems } from './allowlist-import.ts'

it('reads the columns in any order, and each value once', () => {
  const text = 'comment,value,expiration\noffice,192.0.2.0/24,30d\n,2001:db8::1,\nagain,192.0.2.0/24,\n'
  expect(readAllowlistItems(text, 'x.csv')).toEqual([
    { value: '192.0.2.0/24', comment: 'again' },
    { value: '2001:db8::1' },
  ])
})

it.each([
  ['192.0.2.1\n', /names a column "192\.0\.2\.1"/],
  ['comment\nx\n', /names no column "value"/],
  ['value\n192.0.2.1\nnonsense\n', /record 2: "nonsense" is not an address or a range/],
  ['value,expiration\n192.0.2.1,soon\n', /record 1: "soon" is not a duration/],
  ['value,comment\n,x\n', /record 1 has no value/],
])('refuses %j', (text, reason) => expect(() => readAllowlistItems(text, 'x.csv')).toThrow(reason))
