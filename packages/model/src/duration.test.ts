import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatDurationSeconds,
  parseDuration,
  parseDurationMs,
  parseGoDuration,
} from './duration.ts'

const second = 1_000_000_000n

describe('parseGoDuration', () => {
  it.each([
    ['4h', 14_400n * second],
    ['1h30m', 5400n * second],
    ['1.5s', 1_500_000_000n],
    ['.5s', 500_000_000n],
    ['1.s', second],
    ['-1m', -60n * second],
    ['+1m', 60n * second],
    ['0', 0n],
    ['100ms', 100_000_000n],
    ['3us', 3000n],
    ['3µs', 3000n],
    ['7ns', 7n],
    ['9223372036854775807ns', 9223372036854775807n],
    ['-9223372036854775808ns', -9223372036854775808n],
  ])('reads %s', (text, ns) => expect(parseGoDuration(text)).toBe(ns))

  it.each([
    '',
    '1',
    '1d',
    'h',
    '1h ',
    ' 1h',
    '1h-1m',
    '.s',
    '--1s',
    '9223372036854775808ns',
    '2562048h',
    '1'.repeat(300) + 's',
  ])('refuses %j', (text) => expect(parseGoDuration(text)).toBeNull())
})

describe('parseDuration', () => {
  it.each([
    ['1d', 86_400n * second],
    ['1d12h', 129_600n * second],
    ['-1d', -86_400n * second],
    ['4h', 14_400n * second],
  ])('reads %s, days allowed', (text, ns) => expect(parseDuration(text)).toBe(ns))
  it.each(['d', '1d-1h', '1.5d', '1d5'])('refuses %j', (text) => expect(parseDuration(text)).toBeNull())
  it('gives milliseconds on request', () => expect(parseDurationMs('1d1.5s')).toBe(86_401_500))
})

describe('formatDuration', () => {
  it.each([
    [0n, '0s'],
    [14_400n * second, '4h0m0s'],
    [185n * second, '3m5s'],
    [59n * second, '59s'],
    [-3720n * second, '-1h2m0s'],
    [1_500_000_000n, '1.5s'],
    [1_500_000n, '1.5ms'],
    [1500n, '1.5µs'],
    [15n, '15ns'],
  ])('writes %d ns as %s', (ns, text) => expect(formatDuration(ns)).toBe(text))

  it('is read back to the same value', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (ns) => {
        expect(parseGoDuration(formatDuration(ns))).toBe(ns)
      }),
    )
  })

  it('rounds to whole seconds for bouncers', () => {
    expect(formatDurationSeconds(14_399_600)).toBe('4h0m0s')
    expect(formatDurationSeconds(-400)).toBe('0s')
    expect(formatDurationSeconds(-1500)).toBe('-2s')
  })
})
