import type { BigIntStats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { TocsinError } from '@tocsin/model'
import { errorCode, fileError, folderError } from '../file-error.ts'
import type { Matcher } from '../source/source.ts'
import { expandGlob, hasWildcard, matchesGlob } from './glob.ts'
import type { Notices } from './notices.ts'

export interface FoundFile {
  readonly path: string
  readonly stats: BigIntStats
}

/**
 * The files that the patterns of a source name at the moment. What is missing, a folder, or not to be entered is
 * said once. Each inode is given once, whatever the number of its names.
 */
export class PathFinder {
  readonly #patterns: readonly string[]
  readonly #excluded: readonly Matcher[]
  readonly #notices: Notices
  #expanded: { readonly path: string; readonly isNamed: boolean }[] = []
  #folders = new Set<string>()

  constructor(patterns: readonly string[], excluded: readonly Matcher[], notices: Notices) {
    this.#patterns = patterns
    this.#excluded = excluded
    this.#notices = notices
  }

  /** Folders in which something new may match; known after `expand`. */
  get folders(): ReadonlySet<string> {
    return this.#folders
  }

  /** Whether a path is one of this source, whether it is there or not. */
  isWanted(path: string): boolean {
    return this.#patterns.some((pattern) => matchesGlob(pattern, path)) && !this.#isExcluded(path)
  }

  /** Looks into the folders of the patterns. */
  async expand(): Promise<void> {
    const expanded = new Map<string, boolean>()
    const folders = new Set<string>()
    for (const pattern of this.#patterns) {
      const found = await this.#expandOne(pattern)
      const isNamed = !hasWildcard(pattern)
      for (const folder of found.folders) folders.add(folder)
      for (const path of found.paths) {
        if (this.#isExcluded(path)) continue
        folders.add(folderOf(path))
        expanded.set(path, isNamed || (expanded.get(path) ?? false))
      }
    }
    this.#expanded = [...expanded].map(([path, isNamed]) => ({ path, isNamed }))
    this.#folders = folders
  }

  /** The files that are there, in the order of the patterns; `expand` decides which names are looked at. */
  async find(): Promise<FoundFile[]> {
    const found = new Map<string, FoundFile>()
    for (const { path, isNamed } of this.#expanded) {
      const stats = await this.#statOf(path, isNamed)
      if (stats === null) continue
      const key = `${stats.dev}:${stats.ino}`
      if (!found.has(key)) found.set(key, { path, stats })
    }
    return [...found.values()]
  }

  async #expandOne(pattern: string) {
    try {
      const found = await expandGlob(pattern)
      for (const folder of found.unreadable) this.#notices.problem(folder, fileError(folder, denied))
      if (found.isCut) {
        this.#notices.once(
          `cut ${pattern}`,
          `${pattern} matches too many files: only the first are read`,
          'warn',
        )
      }
      if (found.paths.length === 0) {
        this.#notices.once(`empty ${pattern}`, `no file matches ${pattern} yet: waiting for one`, 'warn')
      }
      return found
    } catch (error) {
      this.#notices.problem(pattern, error)
      return { paths: [], folders: [] }
    }
  }

  async #statOf(path: string, isNamed: boolean): Promise<BigIntStats | null> {
    try {
      const stats = await stat(path, { bigint: true })
      if (stats.isFile()) {
        this.#notices.solved(path, `${path} is there now`)
        return stats
      }
      if (isNamed) this.#notices.problem(path, stats.isDirectory() ? folderError(path) : oddFile(path))
    } catch (error) {
      const code = errorCode(error)
      const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
      if (isMissing && isNamed) this.#notices.problem(path, `${path} is not there: waiting for it`, 'warn')
      if (!isMissing) this.#notices.problem(path, fileError(path, error))
    }
    return null
  }

  #isExcluded(path: string): boolean {
    return this.#excluded.some((pattern) => pattern.test(path))
  }
}

const denied = Object.assign(new Error('permission denied'), { code: 'EACCES' })

function oddFile(path: string): TocsinError {
  const hint = 'a source of kind file reads regular files'
  return new TocsinError('SOURCE_NOT_A_FILE', `cannot read ${path}: it is no regular file`, { hint })
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, Math.max(1, slash))
}
