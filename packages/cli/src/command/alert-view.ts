import type { WireAlert, WireDecision } from '@tocsin/model'
import { remainingText } from '../decision-duration.ts'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import type { Terminal } from '../output/writer.ts'

/** How alerts look in a list; the columns of the raw format are cscli's. */
export function alertsCsv(alerts: readonly WireAlert[], withMachine: boolean): string {
  const header = ['id', 'scope', 'value', 'reason', 'country', 'as', 'decisions', 'created_at', 'kind']
  const rows = alerts.map((alert) => [
    String(alert.id ?? ''),
    alert.source.scope,
    alert.source.value,
    alert.scenario,
    alert.source.cn ?? '',
    asText(alert),
    decisionCounts(alert.decisions ?? []),
    alert.created_at ?? '',
    alert.kind ?? '',
    ...(withMachine ? [alert.machine_id ?? ''] : []),
  ])
  return formatCsv(withMachine ? [...header, 'machine'] : header, rows)
}

export function alertsTable(alerts: readonly WireAlert[], withMachine: boolean, terminal: Terminal): string {
  if (alerts.length === 0) return 'No active alerts\n'
  const columns = [
    { title: 'ID', align: 'right' as const },
    { title: 'VALUE', isWhole: true },
    { title: 'REASON' },
    { title: 'COUNTRY' },
    { title: 'AS' },
    { title: 'DECISIONS' },
    { title: 'CREATED AT' },
    ...(withMachine ? [{ title: 'MACHINE' }] : []),
  ]
  const rows = alerts.map((alert) => [
    String(alert.id ?? ''),
    `${alert.source.scope}:${alert.source.value}`,
    alert.scenario,
    alert.source.cn ?? '',
    asText(alert),
    decisionCounts(alert.decisions ?? []),
    alert.created_at ?? '',
    ...(withMachine ? [alert.machine_id ?? ''] : []),
  ])
  return formatTable(columns, rows, terminal)
}

/** One alert with its decisions and, on request, its events. */
export function alertText(alert: WireAlert, withDetails: boolean): string {
  const facts: [string, string][] = [
    ['ID', String(alert.id ?? '')],
    ['Date', alert.created_at ?? ''],
    ['Machine', alert.machine_id ?? ''],
    ['Simulation', String(alert.simulated)],
    ['Remediation', String(alert.remediation ?? false)],
    ['Reason', alert.scenario],
    ['Events count', String(alert.events_count)],
    ['Scope:Value', `${alert.source.scope}:${alert.source.value}`],
    ['Country', alert.source.cn ?? ''],
    ['AS', asText(alert)],
    ['Begin', alert.start_at],
    ['End', alert.stop_at],
    ['UUID', alert.uuid ?? ''],
  ]
  const columns = [{ title: 'FIELD' }, { title: 'VALUE' }]
  const decisions = alert.decisions?.length ? `\nDecisions\n${decisionsOf(alert.decisions)}` : ''
  const context = alert.meta?.length
    ? `\nContext\n${formatTable(
        [{ title: 'KEY' }, { title: 'VALUE' }],
        alert.meta.map(({ key, value }) => [key, value]),
      )}`
    : ''
  return formatTable(columns, facts) + decisions + context + (withDetails ? eventsOf(alert) : '')
}

function decisionsOf(decisions: readonly WireDecision[]): string {
  const columns = ['ID', 'SCOPE:VALUE', 'ACTION', 'EXPIRATION', 'ORIGIN'].map((title) => ({ title }))
  const rows = decisions.map(({ id, scope, value, type, duration, origin }) => [
    String(id ?? ''),
    `${scope}:${value}`,
    type,
    remainingText(duration),
    origin,
  ])
  return formatTable(columns, rows)
}

function eventsOf(alert: WireAlert): string {
  const columns = [{ title: 'KEY' }, { title: 'VALUE' }]
  return (alert.events ?? [])
    .map(
      ({ timestamp, meta }) =>
        `\nEvent of ${timestamp}\n${formatTable(
          columns,
          meta.map(({ key, value }) => [key, value]),
        )}`,
    )
    .join('')
}

export function asText({ source }: WireAlert): string {
  return [source.as_number, source.as_name].filter((part) => part !== undefined && part !== '').join(' ')
}

/** `ban:1`, simulated ones marked, types in order of appearance. */
function decisionCounts(decisions: readonly WireDecision[]): string {
  const counts = new Map<string, number>()
  for (const { type, simulated } of decisions) {
    const key = simulated ? `(simul)${type}` : type
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Array.from(counts, ([type, count]) => `${type}:${count}`).join(' ')
}
