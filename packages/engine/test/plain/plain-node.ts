import type { Located } from '@tocsin/document'
import { type DataFiles, ExprRuntimeError, type Program, type StashCaches, type Value } from '@tocsin/expr'
import {
  type Cidr,
  cidrContains,
  formatIp,
  parseCidr,
  parseDurationMs,
  parseIp,
  unmapIp,
} from '@tocsin/model'
import { compileField } from '../../src/bucket/compile-field.ts'
import type { ScenarioEnvironments } from '../../src/bucket/environments.ts'
import { type Geo } from '../../src/enrich/geo.ts'
import { geoMethods } from '../../src/enrich/geo-methods.ts'
import { unmarshalJsonMethod } from '../../src/enrich/json.ts'
import type { EnrichMethod } from '../../src/enrich/method.ts'
import type { Event } from '../../src/event.ts'
import { compileGrok, type Grok } from '../../src/grok/grok.ts'
import type { PatternLibrary } from '../../src/grok/library.ts'
import type {
  GrokDocument,
  NodeDocument,
  StashDocument,
  StaticDocument,
  WhitelistDocument,
} from '../../src/item/parser-schema.ts'
import { targetSetter } from '../../src/parser/target.ts'
import { grokText, staticText } from '../../src/parser/value-text.ts'
import { plainDate } from './plain-date.ts'

/** What all plain parts of an engine share. */
export interface PlainWorld {
  readonly environments: ScenarioEnvironments
  readonly files: DataFiles
  readonly stash: StashCaches
  readonly geo: Geo
}

/** A node gave the event up. */
export class GivenUp extends Error {}

/** What an expression says of an event; undefined where it fails. */
export function evaluate(program: Program, event: Event): Value | undefined {
  try {
    return program.run({ evt: event })
  } catch (error) {
    if (error instanceof ExprRuntimeError) return undefined
    throw error
  }
}

/** Works on an event; tells whether it matched. `nextStage` gives each stage's successor. */
export type PlainNode = (event: Event, nextStage: (stage: string) => string) => boolean

/** A node as the specification tells it, step by step. */
export function plainNode(document: NodeDocument, library: PatternLibrary, world: PlainWorld): PlainNode {
  for (const [name, pattern] of document.patternSyntax) library.define(name, pattern)
  const filter = compile(document.filter, world)
  const whitelist = document.whitelist ? plainWhitelist(document.whitelist, world) : null
  const grok = document.grok ? plainGrok(document.grok, library, world) : null
  const stash = document.stash.map((entry) => plainStash(entry, world))
  const nodes = document.nodes.map((child) => plainNode(child, library, world))
  const statics = document.statics.map((each) => plainStatic(each, world))
  const advances = document.onSuccess === 'next_stage'
  return (event, nextStage) => {
    if (filter !== null && evaluate(filter, event) !== true) return false
    const covered = whitelist !== null && whitelist(event)
    const grokked = grok !== null && grok(event)
    let state = grok === null || grokked
    if (state) for (const keep of stash) keep(event)
    for (const node of nodes) {
      if (node(event, nextStage)) {
        state = true
        if (advances) break
      } else if (!grokked) {
        state = false
      }
    }
    if (!state) return false
    if (whitelist === null || covered) for (const apply of statics) apply(event)
    if (advances) event.stage = nextStage(event.stage)
    return true
  }
}

function compile(source: Located<string> | undefined, { environments }: PlainWorld): Program | null {
  return source === undefined ? null : compileField('field', source, environments.event, 'any')
}

function plainGrok(
  document: GrokDocument,
  library: PatternLibrary,
  world: PlainWorld,
): (event: Event) => boolean {
  const statics = document.statics.map((each) => plainStatic(each, world))
  const { name, pattern, applyOn } = document
  const text = name === undefined ? pattern : { value: `%{${name.value}}`, where: name.where }
  const grok: Grok | null = text === undefined ? null : compileGrok(text, library)
  const expression = compile(document.expression, world)
  const input = (event: Event): string | undefined => {
    if (applyOn?.value === 'Line.Raw') return event.line.raw
    if (applyOn !== undefined) return event.parsed.get(applyOn.value)
    const value = expression === null ? undefined : evaluate(expression, event)
    return value === undefined ? undefined : grokText(value)
  }
  return (event) => {
    const searched = input(event)
    if (searched === undefined || grok === null || !grok.match(searched, event.parsed)) return false
    for (const apply of statics) apply(event)
    return true
  }
}

function plainStatic(document: StaticDocument, world: PlainWorld): (event: Event) => void {
  const { value, method, parsed, meta, enriched, target } = document
  const expression = value === undefined ? compile(document.expression, world) : null
  const write = writer()
  return (event) => {
    const text = expression === null ? (value?.value ?? '') : textOf(expression, event)
    if (text === undefined) return
    if (text !== '' || method?.value === 'ParseDate') write(event, text)
  }
  function writer(): (event: Event, text: string) => void {
    if (method) return (event, text) => methodNamed(method.value, world).enrich(text, event)
    if (parsed) return (event, text) => event.parsed.set(parsed.value, text)
    if (meta) return (event, text) => event.meta.set(meta.value, text)
    if (enriched) return (event, text) => event.enriched.set(enriched.value, text)
    const set = target ? targetSetter(target.value) : null
    return (event, text) => set?.(event, text)
  }
}

/** The text that a static makes of an expression; undefined where that fails. */
function textOf(expression: Program, event: Event): string | undefined {
  const value = evaluate(expression, event)
  const text = value === undefined ? undefined : staticText(value, expression.resultType)
  if (text === null) throw new GivenUp(expression.source)
  return text
}

function methodNamed(name: string, { environments, geo }: PlainWorld): EnrichMethod {
  const methods = [...geoMethods(geo), unmarshalJsonMethod(environments.event), parseDate, reverseDns]
  const method = methods.find((each) => each.name === name)
  if (!method) throw new Error(`there is no method ${name}`)
  return method
}

const parseDate: EnrichMethod = {
  name: 'ParseDate',
  enrich: (text, event) => {
    const time = plainDate(text, event.strTimeFormat, event.arrived)
    event.enriched.set('MarshaledTime', (time ?? event.arrived).toJSON())
    if (time !== null && event.mode === 'replay') event.time = time
    return true
  },
}

/** Nobody is asked for names. */
const reverseDns: EnrichMethod = { name: 'reverse_dns', enrich: () => true }

function plainWhitelist(document: WhitelistDocument, world: PlainWorld): (event: Event) => boolean {
  const addresses = document.ips.map(({ value }) => formatIp(parseIp(value) ?? never(value)))
  const ranges = document.cidrs.map(({ value }): Cidr => parseCidr(value) ?? never(value))
  const expressions = document.expressions.flatMap((source) => compile(source, world) ?? [])
  const coversText = (text: string): boolean => {
    const found = parseIp(text)
    const ip = found && unmapIp(found)
    return (
      ip !== null && (addresses.includes(formatIp(ip)) || ranges.some((range) => cidrContains(range, ip)))
    )
  }
  const covers = (event: Event): boolean => {
    const keys = event.overflow ? [...event.overflow.sources.keys()] : [event.meta.get('source_ip') ?? '']
    if (keys.some(coversText)) return true
    for (const expression of expressions) {
      const verdict = evaluate(expression, event)
      if (verdict !== false) return verdict === true
    }
    return false
  }
  return (event) => {
    if (!covers(event)) return false
    if (!event.whitelisted) event.whitelistReason = document.reason
    event.whitelisted = true
    if (event.overflow) event.overflow.whitelisted = true
    return true
  }
}

function plainStash(document: StashDocument, world: PlainWorld): (event: Event) => void {
  const { name, size, strategy } = document
  const key = compile(document.key, world)
  const value = compile(document.value, world)
  world.stash.define(name.value, { size, ttlMs: parseDurationMs(document.ttl.value) ?? 0, strategy })
  return (event) => {
    const at = key && evaluate(key, event)
    const kept = value && evaluate(value, event)
    if (typeof at === 'string' && typeof kept === 'string') world.stash.set(name.value, at, kept)
  }
}

function never(value: string): never {
  throw new Error(`the schema let "${value}" pass`)
}
