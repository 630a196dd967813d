import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, fileError } from '../file-error.ts'

/** A pattern gives at most this many paths. */
const maxPaths = 10_000

/** What a pattern gave. */
export interface Expanded {
  /** Paths in order; that of a pattern without wildcards whether it is there or not. */
  readonly paths: readonly string[]
  /** Folders that were looked into: something new in one of them may match. */
  readonly folders: readonly string[]
  /** Folders that may not be looked into. */
  readonly unreadable: readonly string[]
  /** Whether there were more paths than are given. */
  readonly isCut: boolean
}

/** Whether a path contains `*`, `?` or `[`. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/**
 * The paths that a pattern matches. `*` is any text without a slash, `?` one character, `[a-z]` and `[^a-z]` one of a
 * set, `\` takes the next character as it is. Names that begin with a dot match too; there is no `**`.
 * Source: Go's filepath.Glob. Folders that are missing match nothing; throws SOURCE_FAILED where the system fails.
 */
export async function expandGlob(pattern: string): Promise<Expanded> {
  const segments = pattern.split('/')
  const folders: string[] = []
  const unreadable: string[] = []
  let found = [pattern.startsWith('/') ? '/' : '']
  let isCut = false
  for (const segment of segments.filter((part, index) => part !== '' || index === segments.length - 1)) {
    if (!hasWildcard(segment)) {
      found = found.map((folder) => join(folder, unescape(segment)))
      continue
    }
    const next: string[] = []
    for (const folder of found) {
      const looked = folder === '' ? '.' : folder
      folders.push(looked)
      for (const name of await namesIn(looked, unreadable)) {
        if (matchesName(segment, name)) next.push(join(folder, name))
      }
    }
    isCut ||= next.length > maxPaths
    found = next.slice(0, maxPaths)
  }
  return { paths: found, folders, unreadable, isCut }
}

/** Whether a path is one that the pattern would give if it were there. */
export function matchesGlob(pattern: string, path: string): boolean {
  const wanted = pattern.split('/').filter((part) => part !== '')
  const given = path.split('/').filter((part) => part !== '')
  if (wanted.length !== given.length || pattern.startsWith('/') !== path.startsWith('/')) return false
  return wanted.every((segment, index) => matchesName(segment, given[index] ?? ''))
}

/** Matches one name in time proportional to both lengths multiplied, at worst. */
export function matchesName(pattern: string, name: string): boolean {
  const tokens = tokensOf(pattern)
  const characters = Array.from(name)
  let token = 0
  let at = 0
  let starToken = -1
  let starAt = 0
  while (at < characters.length) {
    const expected = tokens[token]
    if (expected === '*') {
      starToken = token++
      starAt = at
    } else if (typeof expected === 'function' && expected(characters[at] ?? '')) {
      token++
      at++
    } else if (starToken >= 0) {
      token = starToken + 1
      at = ++starAt
    } else {
      return false
    }
  }
  while (tokens[token] === '*') token++
  return token === tokens.length
}

type Token = '*' | ((character: string) => boolean)

function tokensOf(pattern: string): Token[] {
  const characters = Array.from(pattern)
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') {
      tokens.push('*')
    } else if (character === '?') {
      tokens.push(() => true)
    } else if (character === '[') {
      const end = endOfSet(characters, at)
      tokens.push(end < 0 ? (given) => given === '[' : setOf(characters.slice(at + 1, end)))
      if (end >= 0) at = end
    } else {
      const literal = character === '\\' && at + 1 < characters.length ? (characters[++at] ?? '') : character
      tokens.push((given) => given === literal)
    }
  }
  return tokens
}

/** The place of the bracket that closes a set; -1 if none does. A bracket right at the beginning is a member. */
function endOfSet(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '^' ? open + 2 : open + 1
  return characters.indexOf(']', first + 1)
}

function setOf(members: readonly string[]): (character: string) => boolean {
  const isNegated = members[0] === '^'
  const ranges: [string, string][] = []
  for (let at = isNegated ? 1 : 0; at < members.length; at++) {
    const low = members[at] ?? ''
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([low, isRange ? (members[at + 2] ?? '') : low])
    if (isRange) at += 2
  }
  return (character) => ranges.some(([low, high]) => low <= character && character <= high) !== isNegated
}

function unescape(segment: string): string {
  return segment.replaceAll(/\\(.)/g, '$1')
}

async function namesIn(folder: string, unreadable: string[]): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    if (code !== 'EACCES' && code !== 'EPERM') throw fileError(folder, error)
    unreadable.push(folder)
    return []
  }
}
