import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TocsinError } from '@tocsin/model'
import {
  type HubIndex,
  type HubItem,
  type HubItemType,
  type HubMember,
  installableTypes,
} from './hub-index.ts'
import { scanHub } from './scan-hub.ts'

/** An item in `.index.json`, as far as we read it. */
interface RawItem {
  path?: unknown
  author?: unknown
  description?: unknown
  stage?: unknown
  version?: unknown
  versions?: unknown
}

const indexFile = '.index.json'

/**
 * Reads a hub: its `.index.json`, or the item files themselves where there is none.
 * Throws HUB_NOT_FOUND, HUB_BAD_INDEX, and the errors of collections that cannot be read.
 */
export function readHub(folder: string): HubIndex {
  if (!existsSync(folder)) {
    throw new TocsinError('HUB_NOT_FOUND', `cannot read hub: there is no folder ${folder}`, {
      where: { file: folder },
    })
  }
  const path = join(folder, indexFile)
  return existsSync(path) ? readIndexFile(folder, path) : scanHub(folder)
}

function readIndexFile(folder: string, path: string): HubIndex {
  const raw = parseJson(path)
  const read = (type: HubItemType) => {
    const items = new Map<string, HubItem>()
    for (const [name, entry] of Object.entries(objectOf(raw[type]))) {
      items.set(name, readItem(path, type, name, objectOf(entry)))
    }
    return items
  }
  return {
    folder,
    items: {
      parsers: read('parsers'),
      scenarios: read('scenarios'),
      postoverflows: read('postoverflows'),
      contexts: read('contexts'),
      collections: read('collections'),
    },
  }
}

function parseJson(path: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('HUB_BAD_INDEX', `cannot read hub index: ${reason}`, {
      where: { file: path },
      cause,
    })
  }
}

const outside = /^$|^\/|(?:^|\/)\.\.(?:\/|$)/

function readItem(file: string, type: HubItemType, name: string, raw: RawItem): HubItem {
  const path = textOf(raw.path)
  if (outside.test(path)) {
    const message = `cannot read hub index: the path "${path}" of ${name} does not lie inside the hub`
    throw new TocsinError('HUB_BAD_INDEX', message, { where: { file, field: `${type}.${name}.path` } })
  }
  const { versions } = raw
  return {
    type,
    name,
    path,
    author: textOf(raw.author),
    description: textOf(raw.description),
    stage: textOf(raw.stage),
    version: textOf(raw.version),
    // Thousands of items have dozens of versions each; few of them are asked for.
    get digests() {
      return digestsOf(versions)
    },
    members: type === 'collections' ? membersOf(raw as Record<string, unknown>) : [],
  }
}

function digestsOf(versions: unknown): ReadonlyMap<string, string> {
  const entries = Object.entries(objectOf(versions))
  return new Map(entries.map(([version, entry]) => [version, textOf(objectOf(entry).digest)]))
}

function membersOf(raw: Record<string, unknown>): HubMember[] {
  return installableTypes.flatMap((type) => {
    const names: unknown = raw[type]
    return Array.isArray(names) ? names.map((name) => ({ type, name: textOf(name) })) : []
  })
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
