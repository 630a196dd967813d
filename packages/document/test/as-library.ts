import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar, visit } from 'yaml'
import { SourceText } from '../src/source-text.ts'
import type { YamlNode } from '../src/node.ts'

/** A document in the words that both readers can be compared in; undefined where the library finds a mistake. */
export function asLibrary(text: string): unknown[] | undefined {
  const counter = new LineCounter()
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
  })
  if (!Array.isArray(parsed)) return []
  let refused = false
  for (const document of parsed) {
    if (document.errors.length > 0) return undefined
    visit(document, (_, node, path) => {
      if (isAlias(node) || path.length > 100) refused = true
    })
  }
  if (refused) return undefined
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    return `${line}:${col}`
  }
  const describe = (node: unknown): unknown => {
    if (isMap(node))
      return [
        place(node.range?.[0] ?? 0),
        ...node.items.map(({ key, value }) => [describe(key), describe(value)]),
      ]
    if (isSeq(node)) return { at: place(node.range?.[0] ?? 0), items: node.items.map(describe) }
    if (!isScalar(node)) throw new Error('neither map, list nor scalar')
    return {
      at: place(node.range?.[0] ?? 0),
      text: place(textStart(node, text)),
      value: node.value,
      source: node.source,
    }
  }
  return parsed
    .filter(({ contents }) => !(isScalar(contents) && contents.value === null))
    .map((document) => ({ nodes: describe(document.contents), plain: document.toJS() as unknown }))
}

/** The same words for what our reader made. */
export function inSameWords(text: string, documents: readonly YamlNode[]): unknown[] {
  const source = new SourceText('', text)
  const place = ({ line, column }: { line?: number; column?: number }) => `${line}:${column}`
  const describe = (node: YamlNode): unknown => {
    const at = place(source.where(node, ''))
    if (node.kind === 'map')
      return [at, ...node.pairs.map(({ key, value }) => [describe(key), describe(value)])]
    if (node.kind === 'list') return { at, items: node.items.map(describe) }
    return { at, text: place(source.whereText(node, '')), value: node.value, source: node.source }
  }
  return documents.map((document) => ({ nodes: describe(document), plain: document.plain() }))
}

function textStart(node: Scalar, text: string): number {
  const start = node.range?.[0] ?? 0
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return start + 1
  if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) return start
  const firstLine = text.indexOf('\n', start) + 1
  const indent = /^[ \n]*/.exec(text.slice(firstLine))?.[0] ?? ''
  return firstLine + indent.length
}
