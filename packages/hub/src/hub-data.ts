import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFileReader } from '@tocsin/engine'

/**
 * Data files from a folder instead of the network: each lies at the path of its URL. A missing one is null, which
 * the engine reports and counts as empty. The network is never used.
 */
export function hubDataFile(folder: string): DataFileReader {
  return (_destFile, sourceUrl) => {
    const path = pathOf(sourceUrl)
    if (path === null) return null
    try {
      return readFileSync(join(folder, path))
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }
}

/** The path of a URL, decoded; null where it is not a URL or would leave the folder. */
function pathOf(sourceUrl: string): string | null {
  const url = URL.parse(sourceUrl)
  if (url === null) return null
  let path: string
  try {
    path = decodeURIComponent(url.pathname)
  } catch {
    return null
  }
  return path.split(/[/\\]/).includes('..') || path.includes('\0') ? null : path
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
}
