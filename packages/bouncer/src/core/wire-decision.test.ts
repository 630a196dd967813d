import { formatDuration, parseDurationMs, type WireDecision } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDecision } from './wire-decision.ts'

function remaining(duration: string): number | string {
  const wire: WireDecision = {
    origin: 'o',
    scenario: 's',
    scope: 'ip',
    type: 'ban',
    value: '192.0.2.1',
    duration,
  }
  const read = readDecision(wire)
  return typeof read === 'string' ? read : read.remainingMs
}

describe('readDecision', () => {
  it('reads every duration as the model does', () => {
    const text = fc.oneof(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map(formatDuration),
      fc
        .integer({ min: 0, max: 10_000_000 })
        .map((seconds) => formatDuration(BigInt(seconds) * 1_000_000_000n)),
      fc
        .array(fc.constantFrom('1', '20', 'h', 'm', 's', 'ms', 'd', '.', '-', ' '), { maxLength: 6 })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (duration) => {
        expect(remaining(duration)).toBe(parseDurationMs(duration) ?? 'malformed')
      }),
    )
  })

  it('takes scopes in any case and no others', () => {
    const wire = { origin: 'o', scenario: 's', type: 'ban', value: '192.0.2.0/24', duration: '1h' }
    expect(readDecision({ ...wire, scope: 'RANGE' })).toMatchObject({ block: { bits: 24 }, id: null })
    expect(readDecision({ ...wire, scope: 'Country', value: 'FR' })).toBe('scopes')
  })
})
