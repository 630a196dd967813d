import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, silentLogger } from '@tocsin/model'

/** Gives the bytes of the data file that an item names by its URL. */
export type DataFileReader = (sourceUrl: string) => Uint8Array

const nothing = new Uint8Array(0)

/**
 * Data files from a folder instead of the network: each lies at the path of its URL. A missing one is reported
 * once, as a warning, and empty. The network is never used.
 */
export function hubDataFile(folder: string, logger: Logger = silentLogger): DataFileReader {
  const missing = new Set<string>()
  return (sourceUrl) => {
    const path = pathOf(sourceUrl)
    if (path !== null) {
      try {
        return readFileSync(join(folder, path))
      } catch (error) {
        if (!isAbsent(error)) throw error
      }
    }
    if (!missing.has(sourceUrl)) {
      missing.add(sourceUrl)
      logger.warn(`data file ${sourceUrl} is missing below ${folder}, so it counts as empty`, { sourceUrl })
    }
    return nothing
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
