import { TocsinError, type Where } from '@tocsin/model'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml'

/** A YAML file's documents with what is needed to name places in them. */
export interface YamlFile {
  readonly file: string
  readonly documents: readonly Document.Parsed[]
  /** The line, column and field path of a node. */
  where(node: Node | null | undefined, field: string): Where
  /** Where the text of a scalar begins: behind its quote, or on the first line of a block. */
  whereText(node: Scalar, field: string): Where
}

export interface ReadResult {
  readonly yaml: YamlFile
  /** Every syntax error of the file; its documents must not be used if there is one. */
  readonly errors: readonly TocsinError[]
}

const maxBytes = 8 * 1024 * 1024
const maxDepth = 100

/**
 * Parses YAML 1.1 text, several documents allowed, and reports every syntax error, duplicate keys among them.
 * Aliases, deep nesting (over 100) and texts over 8 MiB are refused: no file of ours needs them.
 */
export function readYaml(text: string, file: string): ReadResult {
  const counter = new LineCounter()
  if (text.length > maxBytes) {
    const message = `cannot read ${file}: it is larger than ${maxBytes} bytes`
    return {
      yaml: yamlFile(file, [], counter, text),
      errors: [new TocsinError('YAML_TOO_LARGE', message, { where: { file } })],
    }
  }
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    keepSourceTokens: false,
  })
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : []
  const yaml = yamlFile(file, documents, counter, text)
  const errors = documents.flatMap((document) => [
    ...document.errors.map((error) => syntaxError(error, file, counter, text)),
    ...refusedNodes(document, yaml),
  ])
  return { yaml, errors }
}

function yamlFile(
  file: string,
  documents: readonly Document.Parsed[],
  counter: LineCounter,
  text: string,
): YamlFile {
  const at = (offset: number | undefined, field: string): Where => {
    if (offset === undefined) return { file, ...(field === '' ? {} : { field }) }
    const { line, col } = counter.linePos(offset)
    return { file, line, column: col, ...(field === '' ? {} : { field }) }
  }
  return {
    file,
    documents,
    where: (node, field) => at(node?.range?.[0], field),
    whereText: (node, field) => at(textStart(node, text), field),
  }
}

function textStart(node: Scalar, text: string): number | undefined {
  const start = node.range?.[0]
  if (start === undefined) return undefined
  if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) return start + 1
  if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) return start
  const firstLine = text.indexOf('\n', start) + 1
  const indent = /^[ \n]*/.exec(text.slice(firstLine))?.[0] ?? ''
  return firstLine + indent.length
}

function syntaxError(error: YAMLError, file: string, counter: LineCounter, text: string): TocsinError {
  const { line, col } = counter.linePos(error.pos[0])
  const duplicate = error.code === 'DUPLICATE_KEY'
  return new TocsinError(
    duplicate ? 'YAML_DUPLICATE_KEY' : 'YAML_SYNTAX',
    `cannot read YAML: ${describe(error)}`,
    {
      where: { file, line, column: col },
      excerpt: excerpt(text, line, col),
      hint: duplicate ? 'keep one of the two keys' : hints[error.code],
    },
  )
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

function describe(error: YAMLError): string {
  return error.message.charAt(0).toLowerCase() + error.message.slice(1)
}

/** The line of the place with a caret under the column, at most 160 characters of it. */
export function excerpt(text: string, line: number, column: number): string {
  const source = (text.split('\n', line)[line - 1] ?? '').replaceAll('\t', ' ')
  const from = Math.max(0, column - 120)
  const shown = source.slice(from, from + 160)
  return ` | ${shown}\n | ${'.'.repeat(Math.max(0, column - 1 - from))}^`
}

function refusedNodes(document: Document.Parsed, yaml: YamlFile): TocsinError[] {
  const errors: TocsinError[] = []
  visit(document, (_key, node, path) => {
    if (isAlias(node)) {
      errors.push(
        new TocsinError('YAML_ALIAS', 'cannot read YAML: aliases are not accepted', {
          where: yaml.where(node, ''),
          hint: 'write the value out',
        }),
      )
    }
    if (path.length > maxDepth && (isMap(node) || isSeq(node) || isScalar(node))) {
      errors.push(
        new TocsinError('YAML_TOO_DEEP', `cannot read YAML: nested deeper than ${maxDepth} levels`, {
          where: yaml.where(node, ''),
        }),
      )
      return visit.BREAK
    }
    return undefined
  })
  return errors
}
