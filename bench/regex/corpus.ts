import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileRegex } from '../../packages/regex/src/index.ts'
import { parseRegex } from '../../packages/regex/src/syntax/parse.ts'
import { readGrokCases, readGrokPatterns } from '../../packages/regex/test/golden.ts'
import { randomNumbers } from '../../packages/regex/test/hostile.ts'
import { matchingText } from '../../packages/regex/test/matching-text.ts'
import { sharedFolder } from '../../packages/testkit/src/shared.ts'
import { type HubPatterns, readHubPatterns } from './hub-patterns.ts'

/** An expression with ordinary lines for it. */
export interface Subject {
  readonly source: string
  readonly matching: readonly string[]
  /** Lines without a match. */
  readonly missing: readonly string[]
}

const content = fileURLToPath(new URL('../../content', import.meta.url))

/** The patterns of the public hub, or of the items that Tocsin ships. */
export function readPatterns(own: boolean): HubPatterns {
  return own
    ? readHubPatterns(content, join(content, 'data'))
    : readHubPatterns(join(sharedFolder, 'hub'), join(sharedFolder, 'hub-data'))
}

export function hasSharedPatterns(): boolean {
  return ['hub', 'hub-data', 'golden/grok'].every((name) => existsSync(join(sharedFolder, name)))
}

/** The groks of the goldens with the lines recorded for them, or our own groks with lines made for them. */
export function readSubjects(own: boolean): Subject[] {
  return own ? ownSubjects() : goldenSubjects()
}

function goldenSubjects(): Subject[] {
  const folder = join(sharedFolder, 'golden')
  const cases = Map.groupBy(readGrokCases(folder), ({ id }) => id)
  return readGrokPatterns(folder).map(({ id, re }) => {
    const own = cases.get(id) ?? []
    return {
      source: re,
      matching: own.flatMap(({ in: text, groups }) => (groups === null ? [] : [text])),
      missing: own.flatMap(({ in: text, groups }) => (groups === null ? [text] : [])),
    }
  })
}

function ownSubjects(): Subject[] {
  const groks = readPatterns(true).patterns.filter(({ use }) => use === 'grok')
  const made = groks.map(({ source }) => ({ source, matching: linesFor(source) }))
  // A line for one parser is what the others see.
  return made.map(({ source, matching }, index) => {
    const regex = compileRegex(source)
    const others = made
      .slice(index + 1)
      .concat(made)
      .slice(0, 20)
    const missing = others.flatMap((other) => other.matching.filter((line) => !regex.test(line)))
    return { source, matching, missing }
  })
}

const wantedLines = 2
const attempts = 10

/** Up to two lines that match, made of the expression itself. */
export function linesFor(source: string): string[] {
  const regex = compileRegex(source)
  const { root } = parseRegex(source)
  const random = randomNumbers(1)
  const made = Array.from({ length: attempts }, () => matchingText(root, random))
  return made.filter((line) => line !== '' && regex.test(line)).slice(0, wantedLines)
}
