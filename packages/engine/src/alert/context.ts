import type { Program } from '@tocsin/expr'
import type { EventView } from '../event.ts'
import type { ContextDocument } from '../item/context-schema.ts'
import { compileField } from '../bucket/compile-field.ts'
import { noRequest, type ScenarioEnvironments } from '../bucket/environments.ts'
import type { ReadItem } from '../item/read-items.ts'
import { TocsinError } from '@tocsin/model'

/** Bytes of a context value unless the owner says otherwise; the largest that can be asked for. */
export const defaultContextBytes = 4000

interface ContextKey {
  readonly key: string
  readonly programs: readonly Program[]
}

/** What alerts carry besides their events: values that expressions find in the events, key by key. */
export interface Contexts {
  /** The expressions, as written. */
  readonly sources: readonly string[]
  /** Key and JSON array text, sorted by key; keys without a value are left out. */
  valuesOf(events: readonly EventView[]): { key: string; value: string }[]
}

/** Compiles the contexts of all items, merged by key. Reports every expression that is refused. */
export function compileContexts(
  items: readonly ReadItem<ContextDocument>[],
  environments: ScenarioEnvironments,
  report: (error: TocsinError) => void,
  maxBytes: number = defaultContextBytes,
): Contexts {
  const programs = new Map<string, Program[]>()
  for (const { documents } of items) {
    for (const [key, sources] of documents.flatMap(({ value }) => [...value.context])) {
      const known = programs.get(key) ?? []
      programs.set(key, known)
      for (const source of sources) {
        if (known.some((program) => program.source === source.value)) continue
        try {
          known.push(compileField('context', source, environments.context, 'any'))
        } catch (error) {
          if (!(error instanceof TocsinError)) throw error
          report(error)
        }
      }
    }
  }
  const keys = [...programs].map(([key, list]): ContextKey => ({ key, programs: list })).sort(byKey)
  return {
    sources: keys.flatMap((key) => key.programs.map((program) => program.source)),
    valuesOf: (events) => keys.flatMap((key) => contextOf(key, events, maxBytes)),
  }
}

function byKey(a: ContextKey, b: ContextKey): number {
  return a.key < b.key ? -1 : 1
}

function contextOf(
  { key, programs }: ContextKey,
  events: readonly EventView[],
  maxBytes: number,
): { key: string; value: string }[] {
  const values = new Set<string>()
  for (const event of events) {
    for (const program of programs) collect(program, event, values)
  }
  return values.size === 0 ? [] : [{ key, value: limited([...values], maxBytes) }]
}

/** Text, integers and lists of them count; nothing else does, nor does an expression that fails. */
function collect(program: Program, event: EventView, values: Set<string>): void {
  let result: unknown
  try {
    result = program.run({ evt: event, match: noMatch, req: noRequest })
  } catch {
    return
  }
  for (const value of Array.isArray(result) ? (result as unknown[]) : [result]) {
    if (typeof value === 'bigint') values.add(value.toString())
    else if (typeof value === 'string' && value !== '') values.add(value)
  }
}

const noMatch = new Map<string, string>()

/**
 * The JSON text of as many values as fit: values go from the end, and the last one that is left is halved until
 * it fits. Source: the original's alertcontext.TruncateContext.
 */
function limited(values: readonly string[], maxBytes: number): string {
  let kept = values
  let text = goJson(kept)
  while (kept.length > 1 && Buffer.byteLength(text) > maxBytes) {
    kept = kept.slice(0, -1)
    text = goJson(kept)
  }
  let only = Buffer.from(kept[0] ?? '')
  while (only.length > 8 && Buffer.byteLength(text) > maxBytes) {
    only = Buffer.concat([only.subarray(0, only.length / 2), Buffer.from('...')])
    text = goJson([only.toString()])
  }
  return text
}

/** JSON as Go writes it: the characters that are special in HTML are escaped. */
function goJson(values: readonly string[]): string {
  return JSON.stringify(values).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
