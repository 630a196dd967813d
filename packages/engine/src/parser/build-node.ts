import { type Located } from '@tocsin/document'
import type { Environment, StashCaches } from '@tocsin/expr'
import { nearestName, TocsinError } from '@tocsin/model'
import type { EnrichMethod } from '../enrich/method.ts'
import { checkPatternText, compileGrok } from '../grok/grok.ts'
import type { PatternLibrary } from '../grok/library.ts'
import type {
  GrokDocument,
  NodeDocument,
  StashDocument,
  StaticDocument,
  WhitelistDocument,
} from '../item/parser-schema.ts'
import { compileExpression, type Expression, joinAlternatives } from './expression.ts'
import { type GrokInput, GrokStep } from './grok-step.ts'
import { ParserNode } from './node.ts'
import { defineStash } from './stash.ts'
import { type Destination, Static } from './static.ts'
import { mapTarget, targetSetter } from './target.ts'
import { Whitelist } from './whitelist.ts'

/** What building nodes needs and where it reports to. */
export interface NodeBuild {
  readonly environment: Environment
  readonly library: PatternLibrary
  readonly methods: ReadonlyMap<string, EnrichMethod>
  readonly caches: StashCaches
  /** Statics whose method may ask the world, as they are built. */
  readonly asking: Static[]
  readonly errors: TocsinError[]
  readonly warnings: TocsinError[]
}

/** Compiles a node and its children. Errors go to the build, all of them; the node must not be used if there is one. */
export function buildNode(document: NodeDocument, build: NodeBuild): ParserNode {
  for (const [name, pattern] of document.patternSyntax) definePattern(name, pattern, build)
  const filter = expression('filter', document.filter, build)
  if (filter !== null) warnIfNeverTrue(filter, document, build)
  return new ParserNode({
    name: document.name,
    filter,
    grok: document.grok ? attempt(build, () => buildGrok(document.grok as GrokDocument, build)) : null,
    whitelist: document.whitelist ? buildWhitelist(document.whitelist, build) : null,
    stash: document.stash.flatMap((entry) => attempt(build, () => buildStash(entry, build)) ?? []),
    nodes: document.nodes.map((child) => buildNode(child, build)),
    statics: buildStatics(document.statics, build),
    advances: document.onSuccess === 'next_stage',
  })
}

/** Runs a step of the build; an error of the item is reported and gives null. */
function attempt<T>(build: NodeBuild, step: () => T): T | null {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error
    build.errors.push(error)
    return null
  }
}

function expression(
  kind: 'filter' | 'whitelist' | 'grok' | 'static' | 'stash',
  source: Located<string> | undefined,
  build: NodeBuild,
): Expression | null {
  if (source === undefined) return null
  return attempt(build, () => compileExpression(kind, source, build.environment))
}

function warnIfNeverTrue(filter: Expression, document: NodeDocument, build: NodeBuild): void {
  const { kind } = filter.program.resultType
  if (kind === 'bool' || kind === 'any' || document.filter === undefined) return
  const message = `cannot pass filter: it gives a ${kind} and is never true`
  build.warnings.push(new TocsinError('PARSER_FILTER_NOT_BOOL', message, { where: document.filter.where }))
}

function definePattern(name: string, pattern: Located<string>, build: NodeBuild): void {
  attempt(build, () => checkPatternText(pattern))
  if (build.library.define(name, pattern)) return
  const message = `cannot define pattern "${name}": it is defined already, with another text`
  const hint = 'the first definition is used everywhere; give this one a name of its own'
  build.warnings.push(new TocsinError('GROK_REDEFINED', message, { where: pattern.where, hint }))
}

function buildGrok(document: GrokDocument, build: NodeBuild): GrokStep | null {
  const statics = buildStatics(document.statics, build)
  const input = grokInput(document, build)
  const { name } = document
  // A name stands for the pattern itself: its place is that of the name.
  const pattern = name === undefined ? document.pattern : { value: `%{${name.value}}`, where: name.where }
  if (pattern === undefined) return null
  const grok = compileGrok(pattern, build.library)
  return input === null ? null : new GrokStep(grok, input, statics)
}

function grokInput(document: GrokDocument, build: NodeBuild): GrokInput | null {
  const { applyOn } = document
  if (applyOn?.value === 'Line.Raw') return { kind: 'raw' }
  if (applyOn !== undefined) return { kind: 'parsed', key: applyOn.value }
  const compiled = expression('grok', document.expression, build)
  return compiled === null ? null : { kind: 'expression', expression: compiled }
}

function buildWhitelist(document: WhitelistDocument, build: NodeBuild): Whitelist {
  const expressions = document.expressions.flatMap((source) => expression('whitelist', source, build) ?? [])
  return new Whitelist(document, joinAlternatives(expressions, 'whitelist', build.environment))
}

function buildStash(document: StashDocument, build: NodeBuild): StashEntryOrNothing {
  const key = expression('stash', document.key, build)
  const value = expression('stash', document.value, build)
  return key && value ? defineStash(document, key, value, build.caches) : []
}
type StashEntryOrNothing = ReturnType<typeof defineStash> | []

function buildStatics(documents: readonly StaticDocument[], build: NodeBuild): Static[] {
  return documents.flatMap((document) => attempt(build, () => buildStatic(document, build)) ?? [])
}

function buildStatic(document: StaticDocument, build: NodeBuild): Static {
  const destination = destinationOf(document, build)
  const { value } = document
  // A value hides the expression beside it, which must be right all the same.
  const compiled = expression('static', document.expression, build)
  const built = new Static(value?.value ?? '', value === undefined ? compiled : null, destination)
  if (built.asksWorld) build.asking.push(built)
  return built
}

function destinationOf(document: StaticDocument, build: NodeBuild): Destination {
  const { method, parsed, meta, enriched, target } = document
  if (method) return { kind: 'method', method: findMethod(method, build) }
  if (parsed) return { kind: 'parsed', key: parsed.value }
  if (meta) return { kind: 'meta', key: meta.value }
  if (enriched) return { kind: 'enriched', key: enriched.value }
  const field = target ? mapTarget(target.value) : null
  if (field) return field
  const set = target ? targetSetter(target.value) : null
  if (set) return { kind: 'target', set }
  const message = target
    ? `cannot assign to "${target.value}": events have no such text`
    : 'cannot assign: the static names no destination'
  const where = (target ?? document.value ?? document.expression)?.where
  build.warnings.push(new TocsinError('PARSER_BAD_TARGET', message, where ? { where } : {}))
  return { kind: 'nowhere' }
}

function findMethod(name: Located<string>, build: NodeBuild): EnrichMethod {
  const method = build.methods.get(name.value)
  if (method) return method
  const near = nearestName(name.value, build.methods.keys())
  const hint =
    near === undefined ? `known methods: ${[...build.methods.keys()].join(', ')}` : `did you mean "${near}"?`
  const message = `cannot build static: there is no method "${name.value}"`
  throw new TocsinError('PARSER_UNKNOWN_METHOD', message, { where: name.where, hint })
}
