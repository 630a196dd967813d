import { formatCsv } from '../output/csv.ts'
import { formatTable, printable } from '../output/table.ts'
import type { Terminal } from '../output/writer.ts'
import type { SenderUsage, Usage } from './usage-count.ts'

/** By origin or source, metric, and unit. Maps, because senders choose the names. */
type Figures = Map<string, Map<string, Map<string, number>>>
type FiguresJson = Record<string, Record<string, Record<string, number>>>

/** By type and sender: origin (or source), metric and unit, as `cscli metrics show bouncers -o json` has them. */
export function usageJson(usages: readonly Usage[]): Record<string, Record<string, FiguresJson>> {
  return Object.fromEntries(
    usages.map(({ kind, senders }) => [
      kind,
      Object.fromEntries(senders.map((sender) => [sender.name, toJson(byOrigin(sender))])),
    ]),
  )
}

/** A line for each figure, with every label that it has. */
export function usageCsv(usages: readonly Usage[]): string {
  const rows = usages.flatMap(({ kind, senders }) =>
    senders.flatMap(({ name, figures }) =>
      figures.map((figure) => [
        kind,
        name,
        figure.name,
        figure.unit,
        Object.entries(figure.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
        String(figure.value),
      ]),
    ),
  )
  return formatCsv(['type', 'name', 'metric', 'unit', 'labels', 'value'], rows)
}

/** A table for each sender: origins (or sources) down, metrics across. */
export function usageText(usages: readonly Usage[], terminal: Terminal): string {
  return usages
    .map(({ kind, senders }) =>
      senders.length === 0
        ? `No ${kind.slice(0, -1)} has reported yet\n`
        : senders.map((sender) => senderText(kind, sender, terminal)).join('\n'),
    )
    .join('\n')
}

function senderText(kind: Usage['kind'], sender: SenderUsage, terminal: Terminal): string {
  const rows = byOrigin(sender)
  const names = [...new Set(sender.figures.map(({ name, unit }) => columnOf(name, unit)))].toSorted()
  const columns = [
    { title: kind === 'bouncers' ? 'ORIGIN' : 'SOURCE', isWhole: true },
    ...names.map((name) => ({ title: printable(name).toUpperCase(), align: 'right' as const })),
  ]
  const lines = [...rows].map(([origin, metrics]) => {
    const values = new Map(
      [...metrics].flatMap(([name, units]) =>
        [...units].map(([unit, value]) => [columnOf(name, unit), String(value)] as const),
      ),
    )
    return [origin === '' ? '-' : origin, ...names.map((name) => values.get(name) ?? '')]
  })
  const title = `${kind === 'bouncers' ? 'Bouncer' : 'Machine'} ${printable(sender.name)}, since ${sender.since}`
  return lines.length === 0
    ? `${title}: nothing was counted yet\n`
    : `${title}\n${formatTable(columns, lines, terminal)}`
}

/** The unit of what is counted one by one goes without saying. */
function columnOf(name: string, unit: string): string {
  const words = name.replaceAll('_', ' ')
  return ['ip', 'line', 'lines'].includes(unit) ? words : `${words} ${unit}s`.replace(/ss$/, 's')
}

/** Labels other than the origin of decisions and the source of lines are summed over. */
function byOrigin({ figures }: SenderUsage): Figures {
  const rows: Figures = new Map()
  for (const { name, unit, labels, value } of figures) {
    const metrics = within(rows, labels.origin ?? labels.source ?? '')
    const units = within(metrics, name)
    units.set(unit, (units.get(unit) ?? 0) + value)
  }
  return rows
}

function within<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = maps.get(key)
  if (known) return known
  const added = new Map<string, V>()
  maps.set(key, added)
  return added
}

function toJson(figures: Figures): FiguresJson {
  const metricsOf = (metrics: Map<string, Map<string, number>>) =>
    Object.fromEntries([...metrics].map(([name, units]) => [name, Object.fromEntries(units)]))
  return Object.fromEntries([...figures].map(([origin, metrics]) => [origin, metricsOf(metrics)]))
}
