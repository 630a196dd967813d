import type { Program, Value } from '@tocsin/expr'
import type { Event } from './event.ts'
import { type EventField, eventField, fieldText } from './event-field.ts'

/** Reads what an expression says of an event; throws what the expression throws. */
export type EventReader = (event: Event) => Value

const plainFields: Partial<Record<string, EventReader>> = {
  'evt.StrTime': (event) => event.strTime,
  "evt.StrTime != ''": (event) => event.strTime !== '',
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

/** The field whose name a program is; null for any other. */
export function fieldOf(program: Program): EventField | null {
  const field = eventField(program.source.trim())
  return field !== null && /^\w+$/.test(field.key) ? field : null
}

function makeReader(program: Program): EventReader {
  const plain = plainFields[program.source.trim()]
  if (plain) return plain
  const field = fieldOf(program)
  if (field === null) return (event) => program.run({ evt: event })
  return (event) => fieldText(event, field)
}
