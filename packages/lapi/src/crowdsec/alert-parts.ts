import type { SkippedImport } from '../wire/import-schema.ts'
import type { ForeignDatabase } from './foreign-database.ts'
import { BadRow, type Row } from './row.ts'

interface Meta {
  key: string
  value: string
}

interface EventRecord {
  timestamp: string
  meta: Meta[]
}

/** Events and meta of some alerts, by the id of the alert. */
export class AlertParts {
  readonly events: ReadonlyMap<number, EventRecord[]>
  readonly meta: ReadonlyMap<number, Meta[]>
  readonly skipped: readonly SkippedImport[]

  static readonly none = new AlertParts(new Map(), new Map(), [])

  private constructor(
    events: ReadonlyMap<number, EventRecord[]>,
    meta: ReadonlyMap<number, Meta[]>,
    skipped: readonly SkippedImport[],
  ) {
    this.events = events
    this.meta = meta
    this.skipped = skipped
  }

  static async read(database: ForeignDatabase, ids: readonly number[]): Promise<AlertParts> {
    const events = new Map<number, EventRecord[]>()
    const meta = new Map<number, Meta[]>()
    const skipped: SkippedImport[] = []
    const eventColumns = ['id', 'time', 'serialized', 'alert_events']
    for await (const row of database.rows('events', eventColumns, { column: 'alert_events', oneOf: ids })) {
      const alert = row.number('alert_events')
      const event = readEvent(row)
      if (typeof event === 'string')
        skipped.push({ name: `event ${row.id} of alert ${alert}`, reason: event })
      else add(events, alert, event)
    }
    const metaColumns = ['id', 'key', 'value', 'alert_metas']
    for await (const row of database.rows('meta', metaColumns, { column: 'alert_metas', oneOf: ids })) {
      add(meta, row.number('alert_metas'), { key: row.text('key'), value: row.text('value') })
    }
    return new AlertParts(events, meta, skipped)
  }
}

function add<T>(map: Map<number, T[]>, key: number, value: T): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}

/** The event, or why it cannot be read. */
function readEvent(row: Row): EventRecord | string {
  try {
    const timestamp = row.time('time')
    if (timestamp === undefined) return 'it has no time'
    const meta: unknown = JSON.parse(row.text('serialized'))
    if (!Array.isArray(meta)) return 'its meta is no list'
    return { timestamp, meta: meta.flatMap(readMeta) }
  } catch (error) {
    if (error instanceof BadRow) return error.message
    if (error instanceof SyntaxError) return 'its meta was cut off: it is no JSON'
    throw error
  }
}

function readMeta(entry: unknown): Meta[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { key, value } = entry as { key?: unknown; value?: unknown }
  return typeof key === 'string' && typeof value === 'string' ? [{ key, value }] : []
}
