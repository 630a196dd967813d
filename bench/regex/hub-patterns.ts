import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anything, readDocuments } from '../../packages/document/src/index.ts'
import {
  compileGrok,
  type ItemDocuments,
  type ItemFile,
  type NodeDocument,
  PatternLibrary,
  type ReadItem,
  readItems,
} from '../../packages/engine/src/index.ts'
import { childrenOf, type Node } from '../../packages/expr/src/syntax/ast.ts'
import { parse } from '../../packages/expr/src/syntax/parser.ts'
import { hubDataFile, loadItemFiles, readHub, selectItems } from '../../packages/hub/src/index.ts'

/** Where a pattern stands: in a grok, in an expression, or in a rule of a web application firewall. */
export type PatternUse = 'grok' | 'expression' | 'rule'

/** An expression of the hub in RE2 syntax, references of groks replaced. */
export interface HubPattern {
  readonly use: PatternUse
  readonly source: string
  /** The first file that it stands in. */
  readonly file: string
}

/** A data file whose lines are expressions that are looked for together. */
export interface HubPatternList {
  readonly file: string
  readonly sources: readonly string[]
}

export interface HubPatterns {
  /** Each once, in the order of the files. */
  readonly patterns: readonly HubPattern[]
  readonly lists: readonly HubPatternList[]
  /** Data files whose lines are texts that are looked for together. */
  readonly literals: readonly HubPatternList[]
}

/**
 * Every expression that the items of a hub can put to a text, those of the data files they name included; `data` is
 * the folder of these.
 */
export function readHubPatterns(hub: string, data: string): HubPatterns {
  const index = readHub(hub)
  const files = loadItemFiles(index, selectItems(index, 'all'))
  const items = readItems(files, { tolerant: true })
  const found = [
    ...grokPatterns(items.parsers),
    ...grokPatterns(items.postoverflows),
    ...files.flatMap(expressionPatterns),
    ...rulePatterns(join(hub, 'appsec-rules')),
  ]
  const bySource = new Map<string, HubPattern>()
  for (const pattern of found) if (!bySource.has(pattern.source)) bySource.set(pattern.source, pattern)
  return { patterns: [...bySource.values()], ...readLists(items, data) }
}

function readLists(items: ItemDocuments, data: string): Pick<HubPatterns, 'lists' | 'literals'> {
  const read = hubDataFile(data)
  const sources = [...items.parsers, ...items.postoverflows, ...items.scenarios].flatMap(({ documents }) =>
    documents.flatMap(({ value }) => value.data),
  )
  const lists = new Map<string, HubPatternList>()
  const literals = new Map<string, HubPatternList>()
  for (const { type, destFile, sourceUrl } of sources) {
    const bytes = destFile && sourceUrl ? read(destFile.value, sourceUrl.value) : null
    if (!destFile || bytes === null) continue
    const file = destFile.value
    const text = new TextDecoder().decode(bytes)
    const list = listPatterns(type, text)
    if (list.length > 0) lists.set(file, { file, sources: list })
    if (type === 'string') literals.set(file, { file, sources: linesOf(text) })
  }
  return { lists: [...lists.values()], literals: [...literals.values()] }
}

/** The groks of parsers: as they run, with the groups they need, and as written, with every group. */
function grokPatterns(items: readonly ReadItem<NodeDocument>[]): HubPattern[] {
  const library = new PatternLibrary()
  const found: HubPattern[] = []
  for (const { item, documents } of items) {
    for (const { value } of documents) {
      for (const node of nodesOf(value))
        for (const [name, pattern] of node.patternSyntax) library.define(name, pattern)
    }
    for (const { grok } of documents.flatMap(({ value }) => nodesOf(value))) {
      if (!grok) continue
      const { name } = grok
      const pattern = name === undefined ? grok.pattern : { value: `%{${name.value}}`, where: name.where }
      if (!pattern) continue
      for (const source of [compileGrok(pattern, library).source, library.expand(pattern).source])
        found.push({ use: 'grok', source, file: item.path })
    }
  }
  return found
}

function nodesOf(node: NodeDocument): NodeDocument[] {
  return [node, ...node.nodes.flatMap(nodesOf)]
}

/** What stands behind `matches` in any text of the file that is an expression. */
function expressionPatterns({ text, path }: ItemFile): HubPattern[] {
  const found: HubPattern[] = []
  for (const { value } of readDocuments(text, path, anything()).values) {
    for (const source of textsOf(value)) {
      if (!source.includes('matches')) continue
      for (const pattern of matchedPatterns(source))
        found.push({ use: 'expression', source: pattern, file: path })
    }
  }
  return found
}

/** Builtins that run an expression on each element. */
const overElements = new Set(['all', 'any', 'none', 'one', 'filter', 'map', 'count', 'find', 'findIndex'])

function matchedPatterns(source: string): string[] {
  let root: Node
  try {
    root = parse(source, { isDeclared: () => false, isBuiltin: (name) => overElements.has(name) })
  } catch {
    return [] // A description, say.
  }
  const found: string[] = []
  const nodes = [root]
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.type === 'binary' && node.operator === 'matches') found.push(...constantText(node.right))
    nodes.push(...childrenOf(node))
  }
  return found
}

/** The text of a literal, also of one whose case is changed; nothing for what only an event can tell. */
function constantText(node: Node): string[] {
  if (node.type === 'string') return [node.value]
  if (node.type !== 'call' || node.callee.type !== 'identifier') return []
  const [text] = node.args.flatMap(constantText)
  if (text === undefined) return []
  if (node.callee.name === 'Upper') return [text.toUpperCase()]
  return node.callee.name === 'Lower' ? [text.toLowerCase()] : []
}

function rulePatterns(folder: string): HubPattern[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name)
      const documents = readDocuments(readFileSync(file, 'utf8'), file, anything()).values
      return documents
        .flatMap(({ value }) => objectsOf(value))
        .filter(({ type }) => type === 'regex')
        .flatMap(({ value }) =>
          typeof value === 'string' ? [{ use: 'rule' as const, source: value, file }] : [],
        )
    })
}

function listPatterns(type: string | undefined, text: string): string[] {
  const lines = linesOf(text)
  if (type === 'regexp' || type === 'regex') return lines
  if (type !== 'map') return []
  return lines
    .map((line) => JSON.parse(line) as { readonly type: string; readonly pattern: string })
    .flatMap((row) => (row.type === 'regex' ? [row.pattern] : []))
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
}

/** All texts in a value of YAML. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

/** All objects in a value of YAML, itself included. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  const below = Object.values(value).flatMap(objectsOf)
  return Array.isArray(value) ? below : [value as Record<string, unknown>, ...below]
}
