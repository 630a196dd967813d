import type { WireAlert, WireDecision } from '@tocsin/model'
import { remainingText } from '../decision-duration.ts'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import type { Terminal } from '../output/writer.ts'
import { asText } from './alert-view.ts'

/**
 * The alerts with each remediation listed once: of decisions alike in simulation, type, scope and value only the first
 * stays. Alerts whose decisions all went stay, empty, as cscli prints them.
 */
export function withoutDuplicates(alerts: readonly WireAlert[]): WireAlert[] {
  const seen = new Set<string>()
  return alerts.map((alert) => ({
    ...alert,
    decisions: (alert.decisions ?? []).filter(({ simulated, type, scope, value }) => {
      const key = JSON.stringify([simulated, type, scope, value])
      return !seen.has(key) && seen.add(key) !== undefined
    }),
  }))
}

export function decisionsCsv(alerts: readonly WireAlert[], withMachine: boolean): string {
  const header = [
    'id',
    'source',
    'ip',
    'reason',
    'action',
    'country',
    'as',
    'events_count',
    'expiration',
    'simulated',
    'alert_id',
  ]
  const rows = each(alerts, (decision, alert) => [
    String(decision.id ?? ''),
    decision.origin,
    `${decision.scope}:${decision.value}`,
    decision.scenario,
    decision.type,
    alert.source.cn ?? '',
    asText(alert),
    String(alert.events_count),
    decision.duration,
    String(decision.simulated ?? false),
    String(alert.id ?? ''),
    ...(withMachine ? [alert.machine_id ?? ''] : []),
  ])
  return formatCsv(withMachine ? [...header, 'machine'] : header, rows)
}

export function decisionsTable(
  alerts: readonly WireAlert[],
  withMachine: boolean,
  terminal: Terminal,
): string {
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'SOURCE' },
    { title: 'SCOPE:VALUE', isWhole: true },
    { title: 'REASON' },
    { title: 'ACTION' },
    { title: 'COUNTRY' },
    { title: 'AS' },
    { title: 'EVENTS', align: 'right' as const },
    { title: 'EXPIRATION' },
    { title: 'ALERT ID', align: 'right' as const },
    ...(withMachine ? [{ title: 'MACHINE' }] : []),
  ]
  const rows = each(alerts, (decision, alert) => [
    String(decision.id ?? ''),
    decision.origin,
    `${decision.scope}:${decision.value}`,
    decision.scenario,
    decision.simulated ? `(simul)${decision.type}` : decision.type,
    alert.source.cn ?? '',
    asText(alert),
    String(alert.events_count),
    remainingText(decision.duration),
    String(alert.id ?? ''),
    ...(withMachine ? [alert.machine_id ?? ''] : []),
  ])
  return rows.length === 0 ? 'No active decisions\n' : formatTable(columns, rows, terminal)
}

function each(
  alerts: readonly WireAlert[],
  row: (decision: WireDecision, alert: WireAlert) => string[],
): string[][] {
  return alerts.flatMap((alert) => (alert.decisions ?? []).map((decision) => row(decision, alert)))
}
