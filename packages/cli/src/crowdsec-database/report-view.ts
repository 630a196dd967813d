import type { ImportAnswer } from '@tocsin/lapi/crowdsec'
import { grouped } from '../output/progress.ts'
import { formatTable, printable } from '../output/table.ts'
import type { Terminal } from '../output/writer.ts'
import type { ImportReport } from './run-import.ts'

const shownSkips = 30

/** The report for people: a table of counts, then what was left out and why. */
export function reportText(report: ImportReport, isRehearsal: boolean, terminal: Terminal): string {
  const rows = parts(report).map(([name, { imported, present, skipped }]) => [
    name,
    grouped(imported),
    grouped(present),
    grouped(skipped.length),
  ])
  const columns = [
    { title: 'What' },
    { title: isRehearsal ? 'Would import' : 'Imported', align: 'right' },
    { title: 'Already there', align: 'right' },
    { title: 'Left out', align: 'right' },
  ] as const
  const { decisions = 0, active = 0 } = report.alerts
  const counts = `With the alerts: ${grouped(decisions)} decisions, ${grouped(active)} of them in force.\n`
  return formatTable(columns, rows, terminal) + counts + skippedText(report)
}

/** The report for programs. */
export function reportJson(report: ImportReport, isRehearsal: boolean): object {
  const kinds = parts(report).map(([name, answer]) => [name.replace(' ', '_'), countsOf(answer)])
  const { decisions = 0, active = 0 } = report.alerts
  return {
    dry_run: isRehearsal,
    ...Object.fromEntries(kinds),
    decisions: { imported: decisions, active, ended_of_lists: report.endedListed },
    skipped: parts(report).flatMap(([, { skipped }]) => skipped),
  }
}

/** The report as CSV. */
export function reportCsv(report: ImportReport): string {
  const lines = parts(report).map(([name, { imported, present, skipped }]) =>
    [name, imported, present, skipped.length].join(),
  )
  return ['what,imported,present,skipped', ...lines, ''].join('\n')
}

function parts(report: ImportReport): [string, ImportAnswer][] {
  const { allowlists, machines, bouncers, alerts } = report
  return [
    ['allowlist entries', allowlists],
    ['machines', machines],
    ['bouncers', bouncers],
    ['alerts', alerts],
  ]
}

function countsOf({ imported, present, skipped }: ImportAnswer) {
  return { imported, present, skipped: skipped.length }
}

function skippedText(report: ImportReport): string {
  const all = parts(report).flatMap(([, { skipped }]) => skipped)
  const lines = all.slice(0, shownSkips).map(({ name, reason }) => `  ${printable(`${name}: ${reason}`)}\n`)
  if (all.length > shownSkips)
    lines.push(`  and ${grouped(all.length - shownSkips)} more: -o json names them all\n`)
  const listed = report.endedListed
  const ended = listed === 0 ? '' : `Ended decisions of blocklists, not taken over: ${grouped(listed)}.\n`
  return ended + (lines.length === 0 ? '' : `Left out:\n${lines.join('')}`)
}
