import { expect, it } from 'vitest'
import { parseAddress } from '../../src/decision/address.ts'
import type { AlertFilter, Store } from '../../src/store/store.ts'
import { newAlert, newDecision, now } from './records.ts'

export function filterContract(store: () => Store): void {
  const cases: [string, AlertFilter, string[]][] = [
    ['nothing', {}, ['a', 'b', 'c', 'd']],
    ['scope', { scope: 'Country' }, ['c']],
    ['value', { value: 'b' }, ['b']],
    ['scenario of the alert or a decision', { scenario: 'special' }, ['a', 'b']],
    ['since', { startedSince: now - 60_000 }, ['a', 'b', 'c']],
    ['until', { startedUntil: now - 60_001 }, ['d']],
    ['creation', { createdUntil: now }, ['a', 'b', 'c', 'd']],
    ['type of decision', { decisionType: 'captcha' }, ['b']],
    ['origin', { origin: 'CAPI' }, ['b']],
    ['no community', { withoutCommunity: true }, ['a', 'c']],
    ['a decision in force', { activeDecision: { wanted: true, at: now } }, ['b']],
    ['no decision', { activeDecision: { wanted: false, at: now } }, ['c', 'd']],
    ['kind', { kind: 'waf' }, ['c']],
    ['no simulation', { withoutSimulated: true }, ['a', 'b', 'd']],
    ['all of them', { scenario: 'special', decisionType: 'captcha' }, ['b']],
  ]

  it.each(cases)('narrow by %s', async (_name, filter, expected) => {
    const { alerts } = store()
    const base = newAlert('x')
    await alerts.insert([
      newAlert('a', { scenario: 'special', decisions: [newDecision('192.0.2.1', { until: now - 1 })] }),
      newAlert('b', {
        decisions: [newDecision('192.0.2.0/24', { scenario: 'special', type: 'captcha', origin: 'CAPI' })],
      }),
      newAlert('c', {
        kind: 'waf',
        simulated: true,
        source: { ...base.source, scope: 'Country', value: 'c' },
      }),
      newAlert('d', { startedAt: now - 90_000, source: { ...base.source, scope: 'lists:x', value: 'd' } }),
    ])
    const found = await alerts.page(filter, { limit: 10, order: 'asc', withDecisions: false })
    expect(found.map(({ source }) => source.value)).toEqual(expected)
  })

  it.each([
    ['192.0.2.1', true, ['inside', 'around', 'both sides']],
    ['192.0.2.1', false, ['inside', 'both sides']],
    ['192.0.2.0/30', true, ['around', 'both sides']],
    ['192.0.2.0/25', false, ['inside', 'both sides']],
    ['2001:db8::1', true, ['v6']],
    ['198.51.100.1', true, []],
  ])('by address: %s, contains %s', async (address, contains, expected) => {
    const { alerts } = store()
    await alerts.insert([
      newAlert('inside', { decisions: [newDecision('192.0.2.1')] }),
      newAlert('around', { decisions: [newDecision('192.0.2.0/24')] }),
      newAlert('v6', { decisions: [newDecision('2001:db8::/64')] }),
      newAlert('both sides', { decisions: [newDecision('192.0.1.1'), newDecision('192.0.3.1')] }),
      newAlert('none', { decisions: [newDecision('FR', { scope: 'Country', cidr: null })] }),
    ])
    const cidr = parseAddress(address)
    if (!cidr) throw new Error('bad case')
    const found = await alerts.page(
      { address: { cidr, contains } },
      { limit: 9, order: 'asc', withDecisions: false },
    )
    expect(found.map(({ source }) => source.value)).toEqual(expected)
  })
}
