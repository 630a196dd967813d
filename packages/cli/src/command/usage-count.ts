import type { WireMetricItem, WireUsageReport } from '@tocsin/client'

export const usageKinds = ['bouncers', 'machines'] as const
export type UsageKind = (typeof usageKinds)[number]

/** One figure of a sender over all of its reports. */
export interface UsageFigure {
  readonly name: string
  readonly unit: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What one sender reported. */
export interface SenderUsage {
  readonly name: string
  /** When the oldest report came, RFC 3339. */
  readonly since: string
  readonly figures: readonly UsageFigure[]
}

export interface Usage {
  readonly kind: UsageKind
  readonly senders: readonly SenderUsage[]
}

/** How things are, not how many there were: the newest report counts, and the older ones do not add to it. */
function isGauge(name: string): boolean {
  return name === 'active_decisions' || name.startsWith('ima_')
}

/** Sums up the reports of one sender, given newest first. */
export function countUsage(reports: readonly WireUsageReport[]): Omit<SenderUsage, 'name'> {
  const figures = new Map<string, UsageFigure>()
  const newest = new Map<string, object>()
  for (const { payload } of reports) {
    for (const window of newestFirst(payload.metrics)) {
      for (const item of window.items) {
        const { name, unit, value, labels = {} } = item
        const key = keyOf(item)
        const known = figures.get(key)
        if (isGauge(name)) {
          // The windows after the first that names a gauge are older.
          if ((newest.get(name) ?? window) !== window) continue
          newest.set(name, window)
        }
        figures.set(key, { name, unit, labels, value: (known?.value ?? 0) + value })
      }
    }
  }
  return { since: reports.at(-1)?.received_at ?? '', figures: [...figures.values()] }
}

function newestFirst(windows: WireUsageReport['payload']['metrics']) {
  return windows.toSorted((a, b) => b.meta.utc_now_timestamp - a.meta.utc_now_timestamp)
}

function keyOf({ name, unit, labels = {} }: WireMetricItem): string {
  return JSON.stringify([name, unit, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))])
}
