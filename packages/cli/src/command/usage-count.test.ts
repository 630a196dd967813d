import type { WireUsageReport } from '@tocsin/client'
import { expect, it } from 'vitest'
import { countUsage } from './usage-count.ts'
import { usageCsv, usageJson, usageText } from './usage-view.ts'

const terminal = { out: () => {}, err: () => {}, isTerminal: false, width: null }

type Item = WireUsageReport['payload']['metrics'][number]['items'][number]

function report(id: number, ...windows: Item[][]): WireUsageReport {
  const metrics = windows.map((items, at) => ({
    meta: { utc_now_timestamp: id * 100 + at, window_size_seconds: 60 },
    items,
  }))
  return {
    id,
    kind: 'bouncer',
    name: 'fw',
    received_at: `2026-11-22T12:0${id}:00Z`,
    payload: { metrics },
  }
}

const active = (value: number, origin: string): Item => ({
  name: 'active_decisions',
  unit: 'ip',
  value,
  labels: { origin },
})
const dropped = (value: number, origin: string, unit = 'packet'): Item => ({
  name: 'dropped',
  unit,
  value,
  labels: { origin, ip_type: 'ipv4' },
})

const usage = (...reports: WireUsageReport[]) => [
  { kind: 'bouncers' as const, senders: [{ name: 'fw', ...countUsage(reports.toReversed()) }] },
]

it('adds counters up; of what is now, the newest report counts', () => {
  const usages = usage(
    report(1, [active(5, 'cscli'), active(9, 'CAPI'), dropped(10, 'cscli')]),
    report(2, [active(3, 'cscli'), dropped(2, 'cscli')], [active(2, 'cscli'), dropped(1, 'cscli', 'byte')]),
  )
  expect(usageJson(usages)).toEqual({
    bouncers: { fw: { cscli: { active_decisions: { ip: 2 }, dropped: { packet: 12, byte: 1 } } } },
  })
  expect(usageText(usages, terminal)).toBe(
    'Bouncer fw, since 2026-11-22T12:01:00Z\n' +
      'ORIGIN  ACTIVE DECISIONS  DROPPED BYTES  DROPPED PACKETS\n' +
      'cscli                  2              1               12\n',
  )
  expect(usageCsv(usages)).toContain('bouncers,fw,dropped,packet,origin=cscli ip_type=ipv4,12\n')
})

it('takes names that senders choose for names', () => {
  const usages = usage(
    report(1, [{ name: '__proto__', unit: 'x', value: 1, labels: { origin: '__proto__' } }]),
  )
  expect(JSON.stringify(usageJson(usages))).toBe('{"bouncers":{"fw":{"__proto__":{"__proto__":{"x":1}}}}}')
  expect('x' in {}).toBe(false)
  const escaping = usage(report(1, [{ name: '\u001b[31mred', unit: 'x', value: 1 }]))
  expect(usageText(escaping, terminal)).toContain('?[31MRED')
})

it('says so where nobody has reported', () => {
  expect(usageText([{ kind: 'machines', senders: [] }], terminal)).toBe('No machine has reported yet\n')
})

it('says so where nothing was counted', () => {
  expect(usageText(usage(report(1, [])), terminal)).toBe(
    'Bouncer fw, since 2026-11-22T12:01:00Z: nothing was counted yet\n',
  )
})
