import type { Event } from './event.ts'
import { FieldKey } from './field-key.ts'

/** The maps of an event by whose fields items are told apart. */
export type FieldMapName = 'parsed' | 'meta' | 'enriched' | 'labels'

/** A field of events that holds text. */
export interface EventField {
  readonly map: FieldMapName
  readonly key: string
  /** Reads and writes it. */
  readonly access: FieldKey
}

const mapNames: Partial<Record<string, FieldMapName>> = {
  Parsed: 'parsed',
  Meta: 'meta',
  Enriched: 'enriched',
  'Line.Labels': 'labels',
}

/** The field that a path of expressions names, such as `evt.Parsed.program`; null for any other path. */
export function eventField(path: string): EventField | null {
  const [, name = '', key = ''] = /^evt\.(Parsed|Meta|Enriched|Line\.Labels)\.([^.]+)$/.exec(path) ?? []
  const map = mapNames[name]
  return map === undefined ? null : { map, key, access: new FieldKey(key) }
}

/** The text of a field; empty where the event does not have it. */
export function fieldText(event: Event, { map, access }: EventField): string {
  return access.text(fieldsOf(event, map))
}

function fieldsOf(event: Event, map: FieldMapName): ReadonlyMap<string, string> {
  switch (map) {
    case 'parsed':
      return event.parsed
    case 'meta':
      return event.meta
    case 'enriched':
      return event.enriched
    case 'labels':
      return event.line.labels
  }
}
