import { type Located, readDocuments, type Schema } from '@tocsin/document'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import { type ContextDocument, contextDocument } from './context-schema.ts'
import { compareItems, type ItemFile } from './item-file.ts'
import { isNameless, type NodeDocument, parserDocument } from './parser-schema.ts'
import { type ScenarioDocument, scenarioDocument } from './scenario-schema.ts'

/** An item with its documents in the order of the file; skipped ones are left out. */
export interface ReadItem<T> {
  readonly item: ItemFile
  readonly documents: readonly Located<T>[]
}

export interface ItemDocuments {
  /** In the order of execution: stage, then file name. */
  readonly parsers: readonly ReadItem<NodeDocument>[]
  readonly postoverflows: readonly ReadItem<NodeDocument>[]
  readonly scenarios: readonly ReadItem<ScenarioDocument>[]
  readonly contexts: readonly ReadItem<ContextDocument>[]
  /** Errors of the files that were left out; always empty unless `tolerant`. */
  readonly errors: readonly TocsinError[]
  /** Documents that are skipped by rule, such as one of a newer format. */
  readonly warnings: readonly TocsinError[]
}

export interface ReadOptions {
  /** Go on with the good files and hand the errors back instead of throwing them. */
  readonly tolerant?: boolean
}

/**
 * Reads every item by its strict schema. Throws TocsinErrors (ITEMS_UNREADABLE) with the errors of all files,
 * unless `tolerant`: then a file with an error is left out as a whole.
 */
export function readItems(items: readonly ItemFile[], options: ReadOptions = {}): ItemDocuments {
  const errors: TocsinError[] = []
  const warnings: TocsinError[] = []
  const read = <T>(type: ItemFile['type'], schema: Schema<T>, isSkipped: (document: T) => boolean) =>
    inOrder(items, type, errors).flatMap((item) => {
      const checked = readDocuments(item.text, item.path, schema)
      const own = [...checked.errors]
      const named = checked.values.filter((document) => !isSkipped(document.value))
      const documents = supported(item, named, own, warnings)
      errors.push(...own)
      return own.length > 0 ? [] : [{ item, documents }]
    })
  const never = () => false
  const found: ItemDocuments = {
    parsers: read('parsers', parserDocument(), isNameless),
    postoverflows: read('postoverflows', parserDocument(), isNameless),
    scenarios: read('scenarios', scenarioDocument(), never),
    contexts: read('contexts', contextDocument(), never),
    errors,
    warnings,
  }
  if (errors.length > 0 && !options.tolerant) throw itemErrors(errors)
  return found
}

/** All errors of loading as one. */
export function itemErrors(errors: readonly TocsinError[]): TocsinErrors {
  const files = new Set(errors.map((error) => error.where?.file ?? ''))
  const what = files.size === 1 ? 'one file' : `${files.size} files`
  return new TocsinErrors('ITEMS_UNREADABLE', `cannot load items: ${what} with errors`, errors)
}

function inOrder(items: readonly ItemFile[], type: ItemFile['type'], errors: TocsinError[]): ItemFile[] {
  const chosen = items.filter((item) => item.type === type)
  if (type === 'scenarios' || type === 'contexts') return chosen
  try {
    return chosen.sort(compareItems)
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error
    errors.push(error)
    return []
  }
}

/** Documents whose `format` this engine understands: 1.0 (the default) to 3.0. */
function supported<T>(
  item: ItemFile,
  documents: readonly Located<T>[],
  errors: TocsinError[],
  warnings: TocsinError[],
): Located<T>[] {
  return documents.filter(({ value, where }) => {
    const format = (value as { format?: Located<string> }).format
    if (format === undefined) return true
    const details = { where: format.where ?? where }
    const match = /^(\d+)(?:\.(\d+))*$/.exec(format.value)
    if (!match) {
      const message = `cannot load ${item.name}: format "${format.value}" is not a version`
      errors.push(new TocsinError('ITEM_BAD_FORMAT', message, details))
      return false
    }
    if (isSupported(format.value)) return true
    const message = `cannot load ${item.name}: format ${format.value} is not between 1.0 and 3.0`
    warnings.push(new TocsinError('ITEM_UNKNOWN_FORMAT', message, details))
    return false
  })
}

function isSupported(format: string): boolean {
  const [major = 0, ...rest] = format.split('.').map(Number)
  return (major >= 1 && major < 3) || (major === 3 && rest.every((part) => part === 0))
}
