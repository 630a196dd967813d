import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ItemFile } from '@tocsin/engine'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import { type HubIndex, type HubItem, versionOf } from './hub-index.ts'

/**
 * Reads the files of items for the engine; collections, which only name others, are left out.
 * Throws HUB_FILE_UNREADABLE with every file that cannot be read.
 */
export function loadItemFiles(index: HubIndex, items: readonly HubItem[]): ItemFile[] {
  const errors: TocsinError[] = []
  const files = items.flatMap((item) => {
    if (item.type === 'collections') return []
    try {
      return [itemFile(index, item)]
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
      errors.push(error)
      return []
    }
  })
  if (errors.length > 0) throw new TocsinErrors('HUB_FILE_UNREADABLE', 'cannot load items', errors)
  return files
}

function itemFile(index: HubIndex, item: HubItem): ItemFile {
  const { type, name, stage } = item
  if (type === 'collections') throw new TypeError('collections have no text for the engine')
  const path = join(index.folder, item.path)
  const text = readItemText(path, name)
  const digest = sha256(text)
  const version = versionOf(item, digest)
  return { type, name, path, text, hash: digest, version, ...(stage === '' ? {} : { stage }) }
}

/** An item that no index knows, from its file alone. Throws HUB_FILE_UNREADABLE. */
export function loadLooseItem(type: ItemFile['type'], name: string, path: string, stage: string): ItemFile {
  const text = readItemText(path, name)
  const base = { type, name, path, text, hash: sha256(text), version: '?' }
  return stage === '' ? base : { ...base, stage }
}

function readItemText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('HUB_FILE_UNREADABLE', `cannot load ${name}: ${reason}`, {
      where: { file: path },
      cause,
    })
  }
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
