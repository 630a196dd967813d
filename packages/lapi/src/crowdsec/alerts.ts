import {
  type ImportedAlert,
  ImportedAlert as AlertSchema,
  importLimits,
  type SkippedImport,
} from '../wire/import-schema.ts'
import { AlertParts } from './alert-parts.ts'
import { alertFor, alertOf } from './alert-record.ts'
import { decisionColumns, isListed, readDecision } from './decisions.ts'
import { derivedUuid } from './derived-uuid.ts'
import type { ForeignDatabase } from './foreign-database.ts'
import { RecordReader } from './records.ts'
import type { Row } from './row.ts'

/** Some alerts as the import takes them. */
export interface AlertBatch {
  readonly alerts: ImportedAlert[]
  /** How many alerts of the database are done with this batch. */
  readonly read: number
  readonly skipped: SkippedImport[]
  /** Ended decisions of the community and of lists, which are no history of anything. */
  readonly endedListed: number
}

const alertColumns = [
  'id',
  'created_at',
  'scenario',
  'message',
  'events_count',
  'started_at',
  'stopped_at',
  'source_ip',
  'source_range',
  'source_as_number',
  'source_as_name',
  'source_country',
  'source_latitude',
  'source_longitude',
  'source_scope',
  'source_value',
  'capacity',
  'leak_speed',
  'scenario_version',
  'scenario_hash',
  'simulated',
  'uuid',
  'remediation',
  'kind',
  'machine_alerts',
]

const pageSize = 200

/** How many alerts there are, for the progress of reading them. */
export async function countAlerts(database: ForeignDatabase): Promise<number> {
  return await database.count('alerts')
}

/** Every alert with its events, meta and decisions, then the decisions in force that have no alert any more. */
export async function* readAlerts(database: ForeignDatabase, now: number): AsyncGenerator<AlertBatch> {
  const machines = new Map<number, string>()
  for await (const row of database.rows('machines', ['id', 'machine_id']))
    machines.set(row.id, row.text('machine_id'))
  for (let idAbove = -1; ;) {
    const rows = await database.page('alerts', alertColumns, { idAbove, limit: pageSize })
    const last = rows.at(-1)
    if (!last) break
    idAbove = last.id
    const counts = await database.countBy(
      'decisions',
      'alert_decisions',
      rows.map(({ id }) => id),
    )
    const reading = new AlertReading(database, machines, now)
    for (const group of grouped(rows, counts)) {
      const [first] = group
      const isLarge = first !== undefined && (counts.get(first.id) ?? 0) > importLimits.decisions
      if (isLarge) yield* reading.large(first)
      else yield await reading.small(group)
    }
  }
  yield* new AlertReading(database, machines, now).ownerless()
}

/** Alerts that fit into one request together; one of very many decisions is alone. */
function grouped(rows: readonly Row[], counts: ReadonlyMap<number, number>): Row[][] {
  const groups: Row[][] = []
  let sum = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const count = counts.get(row.id) ?? 0
    if (sum + count > importLimits.decisions) {
      groups.push([])
      sum = 0
    }
    groups.at(-1)?.push(row)
    sum += count
  }
  return groups
}

class AlertReading {
  readonly #database: ForeignDatabase
  readonly #machines: ReadonlyMap<number, string>
  readonly #now: number
  readonly #reader = new RecordReader(AlertSchema)
  #endedListed = 0

  constructor(database: ForeignDatabase, machines: ReadonlyMap<number, string>, now: number) {
    this.#database = database
    this.#machines = machines
    this.#now = now
  }

  async small(rows: readonly Row[]): Promise<AlertBatch> {
    const ids = rows.map(({ id }) => id)
    const parts = await AlertParts.read(this.#database, ids)
    const decisions = new Map<number, ImportedAlert['decisions']>()
    const where = { column: 'alert_decisions', oneOf: ids }
    for await (const row of this.#database.rows('decisions', decisionColumns, where)) {
      const decision = this.#decision(row)
      const alert = row.number('alert_decisions')
      if (!decision) continue
      const known = decisions.get(alert)
      if (known) known.push(decision)
      else decisions.set(alert, [decision])
    }
    for (const row of rows) this.#add(row, parts, decisions.get(row.id) ?? [])
    return this.#batch(rows.length, parts.skipped)
  }

  /**
   * The alert without its decisions, and then these in alerts of their own, each of a fixed window of ids: whatever
   * becomes of some of the decisions, the next reading gives the others in the same alerts with the same uuids.
   */
  async *large(row: Row): AsyncGenerator<AlertBatch> {
    const parts = await AlertParts.read(this.#database, [row.id])
    this.#add(row, parts, [])
    yield this.#batch(1, parts.skipped)
    let pending: { window: number; decisions: ImportedAlert['decisions'] } | undefined
    const none = AlertParts.none
    const flush = () => {
      if (pending && pending.decisions.length > 0) this.#add(row, none, pending.decisions, pending.window)
      return this.#batch(0, [])
    }
    const where = { column: 'alert_decisions', oneOf: [row.id] }
    for await (const decisionRow of this.#database.rows('decisions', decisionColumns, where)) {
      const window = Math.floor(decisionRow.id / importLimits.decisions)
      if (pending?.window !== window) {
        if (pending) yield flush()
        pending = { window, decisions: [] }
      }
      const decision = this.#decision(decisionRow)
      if (decision) pending.decisions.push(decision)
    }
    yield flush()
  }

  /** Decisions in force whose alert was deleted, each in an alert of its own. */
  async *ownerless(): AsyncGenerator<AlertBatch> {
    const where = { column: 'alert_decisions', oneOf: null }
    for await (const row of this.#database.rows('decisions', decisionColumns, where)) {
      const decision = this.#decision(row)
      if (!decision || Date.parse(decision.until) <= this.#now) continue
      this.#reader.add(
        row,
        () => `decision ${row.id}`,
        () => alertFor(decision, row),
      )
      if (this.#reader.records.length >= pageSize) yield this.#batch(0, [])
    }
    yield this.#batch(0, [])
  }

  /** Null for what stays out. */
  #decision(row: Row): ImportedAlert['decisions'][number] | null {
    const decision = readDecision(row)
    if (typeof decision === 'string') {
      this.#reader.skip(
        `decision ${row.id} on ${row.text('scope')} ${row.text('value')}`.slice(0, 300),
        decision,
      )
      return null
    }
    if (isListed(decision) && Date.parse(decision.until) <= this.#now) {
      this.#endedListed++
      return null
    }
    return decision
  }

  #add(row: Row, parts: AlertParts, decisions: ImportedAlert['decisions'], window?: number): void {
    this.#reader.add(
      row,
      () => `alert ${row.id}`,
      () => {
        const machine = this.#machines.get(row.number('machine_alerts'))
        const alert = alertOf(row, parts, decisions)
        const uuid = window === undefined ? alert.uuid : derivedUuid('part', alert.uuid, String(window))
        return { ...alert, uuid, ...(machine === undefined ? {} : { machine_id: machine }) }
      },
    )
  }

  #batch(read: number, skipped: readonly SkippedImport[]): AlertBatch {
    const taken = this.#reader.take()
    const endedListed = this.#endedListed
    this.#endedListed = 0
    return { alerts: taken.records, read, skipped: [...skipped, ...taken.skipped], endedListed }
  }
}
