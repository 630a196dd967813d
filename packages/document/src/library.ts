import { createRequire } from 'node:module'
import { TocsinError } from '@tocsin/model'
import type * as Yaml from 'yaml'
import { YamlList, YamlMap, type YamlNode, type YamlPair, YamlScalar } from './node.ts'
import type { SourceText } from './source-text.ts'

export interface LibraryDocuments {
  readonly documents: readonly YamlNode[]
  /** Every syntax error of the file; its documents must not be used if there is one. */
  readonly errors: readonly TocsinError[]
}

const maxDepth = 100

// Most files never need the library: it is loaded for the first that does.
const require = createRequire(import.meta.url)
let library: typeof Yaml | undefined

/** Parses YAML 1.1 with the library, and reports every syntax error, duplicate keys among them. */
export function readWithLibrary(source: SourceText): LibraryDocuments {
  library ??= require('yaml') as typeof Yaml
  const yaml = library
  const parsed = yaml.parseAllDocuments(source.text, {
    version: '1.1',
    prettyErrors: false,
    // The library compares every key with every other; ours are looked up.
    uniqueKeys: false,
    keepSourceTokens: false,
  })
  const found = Array.isArray(parsed) ? (parsed as Yaml.Document.Parsed[]) : []
  const errors = found.flatMap((document) => [
    ...syntaxErrors(yaml, document, source),
    ...refusedNodes(yaml, document, source),
  ])
  if (errors.length > 0) return { documents: [], errors }
  const convert = new Converter(yaml)
  return { documents: found.map((document) => convert.node(document.contents, document)), errors }
}

function syntaxErrors(yaml: typeof Yaml, document: Yaml.Document.Parsed, source: SourceText): TocsinError[] {
  const duplicates = duplicateKeys(yaml, document)
  if (duplicates.length === 0) return document.errors.map((error) => syntaxError(error, source))
  const all = [
    ...document.errors.map((error) => ({ at: error.pos[0], error: syntaxError(error, source) })),
    ...duplicates.map((at) => ({ at, error: duplicateKey(at, source) })),
  ]
  return all.sort((a, b) => a.at - b.at).map(({ error }) => error)
}

/** The offsets of the keys that their map has already. Only scalars can be alike. */
function duplicateKeys(yaml: typeof Yaml, document: Yaml.Document.Parsed): number[] {
  const duplicates: number[] = []
  yaml.visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!yaml.isScalar(key)) continue
        if (seen.has(key.value) && !Number.isNaN(key.value)) duplicates.push(key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    },
  })
  return duplicates
}

function duplicateKey(offset: number, source: SourceText): TocsinError {
  const where = source.whereOffset(offset, '')
  return new TocsinError('YAML_DUPLICATE_KEY', 'cannot read YAML: map keys must be unique', {
    where,
    excerpt: source.excerpt(where.line ?? 1, where.column ?? 1),
    hint: 'keep one of the two keys',
  })
}

function syntaxError(error: Yaml.YAMLError, source: SourceText): TocsinError {
  const where = source.whereOffset(error.pos[0], '')
  const reason = error.message.charAt(0).toLowerCase() + error.message.slice(1)
  return new TocsinError('YAML_SYNTAX', `cannot read YAML: ${reason}`, {
    where,
    excerpt: source.excerpt(where.line ?? 1, where.column ?? 1),
    hint: hints[error.code],
  })
}

const hints: Record<string, string> = {
  BAD_INDENT: 'indent the items of one list or map alike, with spaces',
  TAB_AS_INDENT: 'replace the tab by spaces',
  MISSING_CHAR: 'a quote or a bracket that was opened is never closed',
  BLOCK_AS_IMPLICIT_KEY: 'a value that contains ": " needs quotes around it',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon or a quote missing?',
  BAD_ALIAS: 'a value that begins with "*" needs quotes around it',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes around it',
}

/** Aliases and deep nesting: no file of ours needs them, and both are how a small file becomes a large one. */
function refusedNodes(yaml: typeof Yaml, document: Yaml.Document.Parsed, source: SourceText): TocsinError[] {
  const errors: TocsinError[] = []
  const refuse = (code: string, reason: string, offset: number | undefined, hint?: string) => {
    const where = source.whereOffset(offset, '')
    errors.push(
      new TocsinError(code, `cannot read YAML: ${reason}`, {
        where,
        ...(hint === undefined ? {} : { hint }),
      }),
    )
  }
  yaml.visit(document, (_key, node, path) => {
    if (yaml.isAlias(node))
      refuse('YAML_ALIAS', 'aliases are not accepted', node.range?.[0], 'write the value out')
    if (path.length > maxDepth && (yaml.isMap(node) || yaml.isSeq(node) || yaml.isScalar(node))) {
      refuse('YAML_TOO_DEEP', `nested deeper than ${maxDepth} levels`, node.range?.[0])
      return yaml.visit.BREAK
    }
    return undefined
  })
  return errors
}

/** Makes our nodes of the library's. What is rare keeps the library's own way to plain JavaScript. */
class Converter {
  readonly #yaml: typeof Yaml

  constructor(yaml: typeof Yaml) {
    this.#yaml = yaml
  }

  /** `start` is where a node stands that is not written at all, as the value of `a` in `{a}`. */
  node(node: unknown, document: Yaml.Document.Parsed, start = 0): YamlNode {
    const yaml = this.#yaml
    if (yaml.isMap(node)) {
      const plain = () => node.toJS(document, { mapAsMap: false }) as unknown
      const pairs = node.items.map((pair) => this.#pair(pair, document))
      return new YamlMap(startOf(node), pairs, plain)
    }
    if (yaml.isSeq(node)) {
      const plain = () => node.toJS(document, { mapAsMap: false }) as unknown
      return new YamlList(
        startOf(node),
        node.items.map((item) => this.#item(item, document)),
        plain,
      )
    }
    if (yaml.isScalar(node)) {
      return new YamlScalar(startOf(node), this.#style(node), node.value, node.source ?? String(node.value))
    }
    return new YamlScalar(start, 'plain', null, '')
  }

  /** The items of `!!omap` and `!!pairs` are pairs: they have no node of their own. */
  #item(item: unknown, document: Yaml.Document.Parsed): YamlNode {
    return this.node(this.#yaml.isPair(item) ? item.key : item, document)
  }

  #pair({ key, value }: Yaml.Pair, document: Yaml.Document.Parsed): YamlPair {
    const own = this.node(key, document)
    const name =
      own.kind === 'scalar' ? (typeof own.value === 'string' ? own.value : own.source) : String(key)
    return { key: own, name, value: this.node(value, document, own.start) }
  }

  #style({ type }: Yaml.Scalar): YamlScalar['style'] {
    const { Scalar } = this.#yaml
    if (type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) return 'quoted'
    return type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED ? 'block' : 'plain'
  }
}

function startOf({ range }: { range?: readonly number[] | null }): number {
  return range?.[0] ?? 0
}
