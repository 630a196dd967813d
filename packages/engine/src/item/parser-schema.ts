import {
  bool,
  integer,
  list,
  type Located,
  located,
  mapOf,
  object,
  oneOf,
  report,
  type Schema,
  text,
} from '@tocsin/document'
import { parseCidr, parseIp } from '@tocsin/model'
import { type DataSource, dataSources } from './data-source.ts'
import { durationText, mapped, optionalText } from './field.ts'

/** An assignment: one source (`value` wins) and one destination (method, parsed, meta, enriched, target). */
export interface StaticDocument {
  readonly value: Located<string> | undefined
  readonly expression: Located<string> | undefined
  readonly method: Located<string> | undefined
  readonly parsed: Located<string> | undefined
  readonly meta: Located<string> | undefined
  readonly enriched: Located<string> | undefined
  readonly target: Located<string> | undefined
}

export interface GrokDocument {
  readonly applyOn: Located<string> | undefined
  readonly expression: Located<string> | undefined
  readonly pattern: Located<string> | undefined
  readonly name: Located<string> | undefined
  readonly statics: readonly StaticDocument[]
}

export interface WhitelistDocument {
  readonly reason: string
  readonly ips: readonly Located<string>[]
  readonly cidrs: readonly Located<string>[]
  readonly expressions: readonly Located<string>[]
}

/** What a node keeps for later lines under a key of a named cache. */
export interface StashDocument {
  readonly name: Located<string>
  readonly key: Located<string>
  readonly value: Located<string>
  readonly ttl: Located<string>
  readonly size: number
  readonly strategy: 'LRU' | 'LFU' | 'ARC'
}

/** One node of a parser or postoverflow; a document is a node. */
export interface NodeDocument {
  readonly format: Located<string> | undefined
  readonly name: string
  readonly author: string
  readonly description: string
  readonly debug: boolean
  readonly filter: Located<string> | undefined
  readonly onSuccess: 'next_stage' | 'continue'
  readonly patternSyntax: ReadonlyMap<string, Located<string>>
  readonly grok: GrokDocument | undefined
  readonly nodes: readonly NodeDocument[]
  readonly statics: readonly StaticDocument[]
  readonly whitelist: WhitelistDocument | undefined
  readonly stash: readonly StashDocument[]
  readonly data: readonly DataSource[]
}

/** A document of a parser or postoverflow file, children included. Source: the original's parser.Node. */
export function parserDocument(): Schema<NodeDocument> {
  return nodeSchema(false)
}

function nodeSchema(nested: boolean): Schema<NodeDocument> {
  const read = mapped(
    object({
      format: optionalText(),
      name: text(),
      author: text(),
      description: text(),
      references: list(text()),
      debug: bool(),
      profiling: bool(),
      stage: text(),
      filter: optionalText(),
      onsuccess: oneOf('continue', 'next_stage', ''),
      pattern_syntax: mapOf(located(text())),
      grok: grokSchema(),
      nodes: list(children),
      statics: list(staticSchema(true)),
      whitelist: whitelistSchema(),
      stash: list(stashSchema()),
      data: dataSources(),
    }),
    (raw): NodeDocument => ({
      format: raw.format,
      name: raw.name ?? '',
      author: raw.author ?? '',
      description: raw.description ?? '',
      debug: raw.debug ?? false,
      filter: raw.filter,
      onSuccess: raw.onsuccess === 'next_stage' ? 'next_stage' : 'continue',
      patternSyntax: raw.pattern_syntax ?? new Map(),
      grok: raw.grok,
      nodes: raw.nodes ?? [],
      statics: raw.statics ?? [],
      whitelist: raw.whitelist,
      stash: raw.stash ?? [],
      data: raw.data ?? [],
    }),
  )
  return (node, at) => {
    const errors = at.errors.length
    const value = read(node, at)
    if (value === undefined || at.errors.length > errors) return value
    if (isEmptyNode(value) && !(isNameless(value) && !nested)) {
      const message = 'cannot read node: it has no grok, nodes, statics or whitelist'
      return report(at, node, 'PARSER_EMPTY_NODE', message)
    }
    if (nested && value.data.length > 0) {
      return report(at, node, 'PARSER_NESTED_DATA', 'cannot read node: only a top-level node may name data')
    }
    return value
  }
}

/** The recursion: a child is a node. */
const children: Schema<NodeDocument> = (node, at) => {
  childSchema ??= nodeSchema(true)
  return childSchema(node, at)
}
let childSchema: Schema<NodeDocument> | undefined

/** A document without name, description and author is skipped by the original. */
export function isNameless(node: NodeDocument): boolean {
  return node.name === '' && node.description === '' && node.author === ''
}

function isEmptyNode(node: NodeDocument): boolean {
  return !node.grok && node.nodes.length === 0 && node.statics.length === 0 && !node.whitelist
}

function grokSchema(): Schema<GrokDocument> {
  const read = mapped(
    object({
      apply_on: optionalText(),
      expression: optionalText(),
      pattern: optionalText(),
      name: optionalText(),
      statics: list(staticSchema(false)),
    }),
    ({ apply_on, ...raw }) => ({ ...raw, applyOn: apply_on, statics: raw.statics ?? [] }),
  )
  return (node, at) => {
    const errors = at.errors.length
    const value = read(node, at)
    if (value === undefined || at.errors.length > errors) return value
    if (!value.pattern && !value.name) {
      return report(at, node, 'PARSER_BAD_GROK', 'cannot read grok: it needs "pattern" or "name"')
    }
    if (!value.applyOn && !value.expression) {
      return report(at, node, 'PARSER_BAD_GROK', 'cannot read grok: it needs "apply_on" or "expression"')
    }
    return value
  }
}

function staticSchema(strict: boolean): Schema<StaticDocument> {
  const read = object({
    value: optionalText(),
    expression: optionalText(),
    method: optionalText(),
    parsed: optionalText(),
    meta: optionalText(),
    enriched: optionalText(),
    target: optionalText(),
  })
  return (node, at) => {
    const errors = at.errors.length
    const value = read(node, at)
    if (value === undefined || !strict || at.errors.length > errors) return value
    const refused = refuseStatic(value)
    return refused === null ? value : report(at, node, 'PARSER_BAD_STATIC', `cannot read static: ${refused}`)
  }
}

function refuseStatic(value: StaticDocument): string | null {
  if (value.method) return value.expression || value.value ? null : 'a method needs "expression"'
  if (!value.meta && !value.parsed && !value.target) return 'it needs one of "meta", "parsed" or "target"'
  return value.value || value.expression ? null : 'it needs "value" or "expression"'
}

function whitelistSchema(): Schema<WhitelistDocument> {
  const read = mapped(
    object({
      reason: text(),
      ip: list(addressText('an IP address', (value) => parseIp(value) !== null)),
      cidr: list(addressText('a range such as 10.0.0.0/8', (value) => parseCidr(value) !== null)),
      expression: list(optionalText()),
    }),
    (raw): WhitelistDocument => ({
      reason: raw.reason ?? '',
      ips: raw.ip ?? [],
      cidrs: raw.cidr ?? [],
      expressions: raw.expression ?? [],
    }),
  )
  return (node, at) => {
    const value = read(node, at)
    if (value === undefined) return undefined
    return value.ips.length + value.cidrs.length + value.expressions.length === 0 ? undefined : value
  }
}

function addressText(what: string, accepts: (value: string) => boolean): Schema<Located<string>> {
  return (node, at) => {
    const value = located(text())(node, at)
    if (value === undefined || accepts(value.value)) return value
    const message = `cannot read whitelist: "${value.value}" is not ${what}`
    return report(at, node, 'PARSER_BAD_ADDRESS', message)
  }
}

function stashSchema(): Schema<StashDocument> {
  const read = object({
    name: { required: optionalText() },
    key: { required: optionalText() },
    value: { required: optionalText() },
    ttl: { required: durationText() },
    size: integer(),
    strategy: oneOf('LRU', 'LFU', 'ARC'),
  })
  return (node, at) => {
    const raw = read(node, at)
    if (!raw?.name || !raw.key || !raw.value || !raw.ttl) return undefined
    const { name, key, value, ttl } = raw
    return { name, key, value, ttl, size: raw.size || 100, strategy: raw.strategy ?? 'LRU' }
  }
}
