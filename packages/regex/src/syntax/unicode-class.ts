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
  const ranges = scanProperty(property)
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
const lastSurrogate = 0xdfff

function scanProperty(property: string): CodeRanges {
  const matcher = new RegExp(`\\p{${property}}`, 'u')
  const pairs: number[] = []
  for (let codePoint = 0; codePoint <= maxCodePoint; codePoint++) {
    // A text has no surrogates of its own: those of UTF-16 are halves of other characters.
    if (codePoint === firstSurrogate) codePoint = lastSurrogate + 1
    if (!matcher.test(String.fromCodePoint(codePoint))) continue
    if (pairs[pairs.length - 1] === codePoint - 1) pairs[pairs.length - 1] = codePoint
    else pairs.push(codePoint, codePoint)
  }
  return normalizeRanges(pairs)
}
