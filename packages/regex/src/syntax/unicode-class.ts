import { allCodePoints, type CodeRanges, maxCodePoint, normalizeRanges } from './code-ranges.ts'
import { categoryNames, plainName, scriptNames } from './unicode-name.ts'

/**
 * What `\p{name}` stands for: a general category, its long name, or a script, with case, spaces, underscores
 * and hyphens ignored as Go does. Undefined for an unknown name.
 */
export function unicodeClass(name: string): CodeRanges | undefined {
  const plain = plainName(name)
  if (plain === 'any') return allCodePoints
  const known = unicodeCache.get(plain)
  if (known) return known
  const property = propertyExpression(plain)
  if (property === undefined) return undefined
  const ranges = rangesWithProperty(property)
  unicodeCache.set(plain, ranges)
  return ranges
}

const unicodeCache = new Map<string, CodeRanges>()

/** The inside of JavaScript's `\p{…}` for the name, or undefined if there is none. */
function propertyExpression(plain: string): string | undefined {
  if (plain === 'ascii') return 'ASCII'
  if (plain === 'assigned') return 'Assigned'
  const category = categoryNames.get(plain)
  if (category !== undefined) return `General_Category=${category}`
  const script = scriptNames.get(plain)
  return script === undefined ? undefined : `Script=${script}`
}

const firstSurrogate = 0xd800
const firstAstral = 0x10000
const blockSize = 0x800

/** The characters with the Unicode property, named as in JavaScript, found by trying all of them. */
export function rangesWithProperty(property: string): CodeRanges {
  const runs = new RegExp(`\\p{${property}}+`, 'gu')
  const pairs: number[] = []
  for (let block = 0; block <= maxCodePoint; block += blockSize) {
    // A text has no surrogates of its own: those of UTF-16 are halves of other characters.
    if (block === firstSurrogate) continue
    const unitsPerCharacter = block < firstAstral ? 1 : 2
    const text = String.fromCodePoint(...Array.from({ length: blockSize }, (_, index) => block + index))
    for (const { 0: run, index } of text.matchAll(runs)) {
      const low = block + index / unitsPerCharacter
      pairs.push(low, low + run.length / unitsPerCharacter - 1)
    }
  }
  return normalizeRanges(pairs)
}
