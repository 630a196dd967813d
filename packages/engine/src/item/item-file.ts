import { TocsinError } from '@tocsin/model'

/** The kinds of items that the engine reads. */
export type ItemType = 'parsers' | 'postoverflows' | 'scenarios' | 'contexts'

/** One item of a hub or of the owner, as text, with what the index knows about it. */
export interface ItemFile {
  readonly type: ItemType
  /** Its key in the index, `author/file`: the name that alerts and users know, not the `name` in its text. */
  readonly name: string
  /** Shown in errors. The order of parsers is that of stage folder, then file name. */
  readonly path: string
  /** Stage folder of a parser or postoverflow; taken from `path` where it is absent. */
  readonly stage?: string
  readonly text: string
  /** The version that the index gives for this text; `?` if unknown. */
  readonly version: string
  /** SHA-256 of the file in hexadecimal. */
  readonly hash: string
}

/**
 * The stage of a parser or postoverflow: its own, else the folder after `parsers` or `postoverflows` in its path.
 * Throws ITEM_WITHOUT_STAGE.
 */
export function stageOf(item: ItemFile): string {
  if (item.stage !== undefined && item.stage !== '') return item.stage
  const folders = item.path.split('/')
  const stage = folders[folders.lastIndexOf(item.type) + 1]
  if (folders.includes(item.type) && stage !== undefined && folders.at(-1) !== stage) return stage
  throw new TocsinError('ITEM_WITHOUT_STAGE', `cannot load ${item.name}: its stage is unknown`, {
    where: { file: item.path },
    hint: `put it into a folder such as ${item.type}/s01-parse`,
  })
}

/** Order of loading: stage, then file name; the author's folder does not count. */
export function compareItems(a: ItemFile, b: ItemFile): number {
  return compareText(stageOf(a), stageOf(b)) || compareText(fileName(a), fileName(b))
}

function fileName(item: ItemFile): string {
  return item.path.slice(item.path.lastIndexOf('/') + 1)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
