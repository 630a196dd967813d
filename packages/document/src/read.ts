import { TocsinError } from '@tocsin/model'
import { readWithLibrary } from './library.ts'
import type { YamlNode } from './node.ts'
import { SourceText } from './source-text.ts'
import { readStrict } from './strict/read-strict.ts'

export interface ReadResult {
  readonly source: SourceText
  /** The contents of the documents. */
  readonly documents: readonly YamlNode[]
  /** Every syntax error of the file; there are no documents if there is one. */
  readonly errors: readonly TocsinError[]
}

const maxBytes = 8 * 1024 * 1024

/**
 * Parses YAML 1.1 text, several documents allowed, and reports every syntax error, duplicate keys among them.
 * Aliases, deep nesting (over 100) and texts over 8 MiB are refused: no file of ours needs them.
 */
export function readYaml(text: string, file: string): ReadResult {
  const source = new SourceText(file, text)
  if (text.length > maxBytes) {
    const message = `cannot read ${file}: it is larger than ${maxBytes} bytes`
    return {
      source,
      documents: [],
      errors: [new TocsinError('YAML_TOO_LARGE', message, { where: { file } })],
    }
  }
  const documents = readStrict(text)
  return documents ? { source, documents, errors: [] } : { source, ...readWithLibrary(source) }
}
