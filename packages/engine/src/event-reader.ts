import type { Program, Value } from '@tocsin/expr'
import type { Event } from './event.ts'
import { eventField } from './event-field.ts'

/** Reads what an expression says of an event; throws what the expression throws. */
export type EventReader = (event: Event) => Value

const plainFields: Partial<Record<string, EventReader>> = {
  'evt.StrTime': (event) => event.strTime,
  'evt.MarshaledTime': (event) => event.marshaledTime,
  'evt.Line.Raw': (event) => event.line.raw,
  'evt.Line.Src': (event) => event.line.src,
  'evt.Line.Module': (event) => event.line.module,
}

const readers = new WeakMap<Program, EventReader>()

/**
 * How to evaluate a program that sees nothing but `evt`; the same function for the same program. Half of all are the
 * name of a field, which is read as such.
 */
export function eventReader(program: Program): EventReader {
  const known = readers.get(program)
  if (known) return known
  const reader = makeReader(program)
  readers.set(program, reader)
  return reader
}

function makeReader(program: Program): EventReader {
  const source = program.source.trim()
  const plain = plainFields[source]
  if (plain) return plain
  const field = eventField(source)
  if (field === null || !/^\w+$/.test(field.key)) return (event) => program.run({ evt: event })
  const { map, key } = field
  if (map === 'meta') return (event) => event.meta.get(key) ?? ''
  if (map === 'parsed') return (event) => event.parsed.get(key) ?? ''
  if (map === 'enriched') return (event) => event.enriched.get(key) ?? ''
  return (event) => event.line.labels.get(key) ?? ''
}
