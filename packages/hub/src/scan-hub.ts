import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anything, mapOf, readDocuments } from '@tocsin/document'
import { type TocsinError, TocsinErrors } from '@tocsin/model'
import {
  type HubIndex,
  type HubItem,
  type HubItemType,
  type HubMember,
  installableTypes,
} from './hub-index.ts'

const extension = /\.ya?ml$/

/** How many folders lie between the folder of a kind and its files: the author, and before it the stage. */
const depths: Record<HubItemType, number> = {
  parsers: 2,
  postoverflows: 2,
  scenarios: 1,
  contexts: 1,
  collections: 1,
}

/**
 * The index of a folder in the hub's layout that has no `.index.json`, made from its files. Versions are unknown.
 * Throws HUB_BAD_COLLECTION with the errors of every collection that cannot be read.
 */
export function scanHub(folder: string): HubIndex {
  const errors: TocsinError[] = []
  const scan = (type: HubItemType) => {
    const items = new Map<string, HubItem>()
    for (const path of filesAt(join(folder, type), depths[type])) {
      const item = itemAt(folder, type, path, errors)
      items.set(item.name, item)
    }
    return items
  }
  const items = {
    parsers: scan('parsers'),
    scenarios: scan('scenarios'),
    postoverflows: scan('postoverflows'),
    contexts: scan('contexts'),
    collections: scan('collections'),
  }
  if (errors.length > 0) {
    throw new TocsinErrors('HUB_BAD_COLLECTION', `cannot read hub ${folder}`, errors)
  }
  return { folder, items }
}

/** Paths of the item files below a folder, relative to it, at exactly that depth. */
function filesAt(folder: string, depth: number): string[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true }).sort(byName)
  if (depth === 0) {
    return entries.filter((entry) => entry.isFile() && extension.test(entry.name)).map((entry) => entry.name)
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) => filesAt(join(folder, entry.name), depth - 1).map((path) => `${entry.name}/${path}`))
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1
}

function itemAt(folder: string, type: HubItemType, path: string, errors: TocsinError[]): HubItem {
  const folders = path.split('/')
  const [author = '', file = ''] = folders.slice(-2)
  const own = `${type}/${path}`
  const collection = type === 'collections' ? readCollection(join(folder, own), errors) : undefined
  return {
    type,
    name: `${author}/${file.replace(extension, '')}`,
    path: own,
    author,
    description: collection?.description ?? '',
    stage: depths[type] === 2 ? (folders[0] ?? '') : '',
    version: '',
    digests: new Map(),
    members: collection?.members ?? [],
  }
}

/** What a collection's file names; keys that agents do not know (tags, rules of the web firewall) are left. */
function readCollection(file: string, errors: TocsinError[]): { description: string; members: HubMember[] } {
  const checked = readDocuments(readFileSync(file, 'utf8'), file, mapOf(anything()))
  errors.push(...checked.errors)
  const document = checked.values[0]?.value ?? new Map<string, unknown>()
  const members = installableTypes.flatMap((type) => {
    const names = document.get(type)
    return Array.isArray(names) ? names.map((name) => ({ type, name: String(name) })) : []
  })
  const description = document.get('description')
  return { description: typeof description === 'string' ? description : '', members }
}
