import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { frontOf, leastCopyBytes } from './locate.ts'
import { beginsAs, type FileIdentity, inodeOf } from './identity.ts'

/** A rotated file that was written to since some time. */
export interface RotatedFile {
  readonly path: string
  readonly inode: string
  readonly changedMs: number
  /** The first bytes of its content. */
  readonly front: Buffer
}

/** More rotations are not made up for. */
const maxFiles = 100

/**
 * The rotated files of a log that were written to after a time, the oldest first: what an agent that was away over
 * several rotations has missed.
 */
export async function rotatedSince(path: string, sinceMs: number): Promise<RotatedFile[]> {
  const names = await readdir(dirname(path)).catch(() => [])
  const found: RotatedFile[] = []
  for (const name of names) {
    if (!isRotatedName(basename(path), name)) continue
    const candidate = join(dirname(path), name)
    const stats = await stat(candidate, { bigint: true }).catch(() => null)
    const front = stats?.isFile() && Number(stats.mtimeMs) > sinceMs ? await frontOf(candidate) : null
    if (!stats || front === null) continue
    found.push({ path: candidate, inode: inodeOf(stats), changedMs: Number(stats.mtimeMs), front })
  }
  return found.toSorted((a, b) => a.changedMs - b.changedMs).slice(-maxFiles)
}

/** Whether a rotated file is the one of this identity, or has its content. */
export function isSameOrCopy(identity: FileIdentity, { inode, front }: RotatedFile): boolean {
  const isTelling = identity.length >= leastCopyBytes || identity.length === front.length
  return beginsAs(identity, front) && (identity.inode === inode || isTelling)
}

/** Whether a log rotation would give this name: `a.log.1`, `a.log.2.gz`, `a.log-20261122`, `a-2026112213.log.gz`. */
export function isRotatedName(base: string, name: string): boolean {
  const plain = name.endsWith('.gz') ? name.slice(0, -3) : name
  const extension = extname(base)
  const stem = basename(base, extension)
  const behind = plain.startsWith(base) ? plain.slice(base.length) : ''
  const hasExtension = extension !== '' && plain.startsWith(stem) && plain.endsWith(extension)
  const between = hasExtension ? plain.slice(stem.length, -extension.length) : ''
  return isNumber(behind) || isNumber(between)
}

function isNumber(text: string): boolean {
  return /^[._-][0-9][0-9._-]*$/.test(text)
}
