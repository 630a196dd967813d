import { list, type Located, mapOf, object, type Schema, text } from '@tocsin/document'
import { mapped, optionalText } from './field.ts'

/** What alerts carry besides their events: for each key, expressions whose values are collected. */
export interface ContextDocument {
  readonly context: ReadonlyMap<string, readonly Located<string>[]>
}

export function contextDocument(): Schema<ContextDocument> {
  const read = object({
    name: text(),
    author: text(),
    description: text(),
    context: { required: mapOf(list(optionalText())) },
  })
  return mapped(read, (raw) => ({ context: raw.context ?? new Map() }))
}
