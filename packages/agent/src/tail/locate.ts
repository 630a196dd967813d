import { open, readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { openBytes } from '../lines/file-bytes.ts'
import { beginsAs, type FileIdentity, inodeOf, readFront, readFrontOf } from './identity.ts'

/** Where the content of a file is now. */
export interface Located {
  readonly path: string
  /** Whether it is the file itself, which may still grow; otherwise a copy, plain or packed. */
  readonly isSame: boolean
  readonly isCompressed: boolean
}

/** So many files of a folder are looked at. */
const maxCandidates = 2000
/** Copies are known by their first bytes alone: fewer are not trusted. */
export const leastCopyBytes = 64

/**
 * Finds a file that was read up to `offset` and may have been renamed, copied or packed since by a log rotation,
 * in the folder that it was in. Null if it is not there any more.
 */
export async function locateFile(identity: FileIdentity, offset: number): Promise<Located | null> {
  const own = await sameFile(identity.path, identity, offset)
  if (own) return own
  const candidates = await siblings(identity.path)
  for (const path of candidates) {
    const found = await sameFile(path, identity, offset)
    if (found) return found
  }
  return await findCopy(identity, offset, candidates)
}

/** Finds a copy of the file beside it, such as `copytruncate` makes, that holds more than was read. */
export async function findCopyBeside(identity: FileIdentity, offset: number): Promise<Located | null> {
  return await findCopy(identity, offset, await siblings(identity.path))
}

/** Whether a rotation would give this name to a copy of the file (`a.log.1`, `a-20261122.log`), and could be told. */
export function mayBeCopy(identity: FileIdentity, path: string): boolean {
  const of = identity.path
  const stem = basename(of, extname(of))
  const isBeside = dirname(of) === dirname(path) && of !== path
  return identity.length >= leastCopyBytes && isBeside && stem !== '' && basename(path).startsWith(stem)
}

async function sameFile(path: string, identity: FileIdentity, offset: number): Promise<Located | null> {
  try {
    const stats = await stat(path, { bigint: true })
    if (!stats.isFile() || inodeOf(stats) !== identity.inode || Number(stats.size) < offset) return null
    const handle = await open(path, 'r')
    try {
      return beginsAs(identity, await readFront(handle)) ? { path, isSame: true, isCompressed: false } : null
    } finally {
      await handle.close()
    }
  } catch {
    return null
  }
}

async function findCopy(
  identity: FileIdentity,
  offset: number,
  candidates: readonly string[],
): Promise<Located | null> {
  for (const path of candidates) {
    if (!mayBeCopy(identity, path)) continue
    const found = await copyAt(path, identity, offset)
    if (found) return found
  }
  return null
}

/** Pipes and devices are never copies of a log, and opening one may wait for ever. */
async function isPlainFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )
}

async function copyAt(path: string, identity: FileIdentity, offset: number): Promise<Located | null> {
  if (!(await isPlainFile(path))) return null
  const bytes = await openBytes(path).catch(() => null)
  if (bytes === null) return null
  const { isCompressed, bytesTotal } = bytes
  await bytes.close()
  if (!isCompressed && bytesTotal < offset) return null
  const front = await frontOf(path)
  return front && beginsAs(identity, front) ? { path, isSame: false, isCompressed } : null
}

/** The first bytes of a file's content, unpacked; null if it cannot be read. */
export async function frontOf(path: string): Promise<Buffer | null> {
  if (!(await isPlainFile(path))) return null
  const bytes = await openBytes(path).catch(() => null)
  try {
    return bytes && (await readFrontOf((buffer) => bytes.read(buffer)))
  } catch {
    return null
  } finally {
    await bytes?.close()
  }
}

async function siblings(path: string): Promise<string[]> {
  const folder = dirname(path)
  const names = await readdir(folder).catch(() => [])
  return names.slice(0, maxCandidates).map((name) => join(folder, name))
}
