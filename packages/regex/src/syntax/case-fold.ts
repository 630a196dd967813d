import { type CodeRanges, hasCodePoint, normalizeRanges } from './code-ranges.ts'
import { rangesWithProperty } from './unicode-class.ts'

// The two characters outside ASCII that fold into it: LATIN SMALL LETTER LONG S and KELVIN SIGN.
const longS = 0x17f
const kelvinSign = 0x212a
// Maps to I in upper case, but simple folding leaves it alone.
const dotlessI = 0x131

const lastAscii = 0x7f

/**
 * The code points that are equal to the given one when case is ignored (Unicode simple folding), itself
 * included, ascending.
 */
export function caseOrbit(codePoint: number): readonly number[] {
  if (codePoint <= lastAscii) return asciiOrbit(codePoint)
  return foldOrbits().get(codePoint) ?? [codePoint]
}

/** The set closed under simple case folding. */
export function foldRanges(ranges: CodeRanges): CodeRanges {
  let folded = foldedRanges.get(ranges)
  if (!folded) {
    folded = computeFolded(ranges)
    foldedRanges.set(ranges, folded)
  }
  return folded
}

// Named classes are the same sets again and again.
const foldedRanges = new WeakMap<CodeRanges, CodeRanges>()

function computeFolded(ranges: CodeRanges): CodeRanges {
  const folded = [...ranges]
  addAsciiOrbits(ranges, folded)
  const last = ranges[ranges.length - 1] ?? 0
  if (last > lastAscii) {
    for (const [codePoint, orbit] of foldOrbits()) {
      if (!hasCodePoint(ranges, codePoint)) continue
      for (const other of orbit) folded.push(other, other)
    }
  }
  return normalizeRanges(folded)
}

function addAsciiOrbits(ranges: CodeRanges, folded: number[]): void {
  for (let i = 0; i < ranges.length && (ranges[i] ?? 0) <= lastAscii; i += 2) {
    const high = Math.min(lastAscii, ranges[i + 1] ?? 0)
    for (let codePoint = ranges[i] ?? 0; codePoint <= high; codePoint++) {
      for (const other of asciiOrbit(codePoint)) if (other !== codePoint) folded.push(other, other)
    }
  }
}

function asciiOrbit(codePoint: number): readonly number[] {
  const lower = codePoint | 0x20
  if (lower < 0x61 || lower > 0x7a) return [codePoint]
  const pair = [lower - 0x20, lower]
  if (lower === 0x73) pair.push(longS)
  if (lower === 0x6b) pair.push(kelvinSign)
  return pair
}

let orbits: Map<number, readonly number[]> | undefined

/** Orbits of more than one member, by member, with those that reach into ASCII. Built at first use. */
function foldOrbits(): Map<number, readonly number[]> {
  if (orbits) return orbits
  orbits = new Map()
  for (const members of groupsBySimpleFold().values()) {
    if (members.length < 2) continue
    for (const member of members) orbits.set(member, members)
  }
  return orbits
}

function groupsBySimpleFold(): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  const cased = rangesWithProperty('Changes_When_Casemapped')
  for (let i = 0; i < cased.length; i += 2) {
    const high = cased[i + 1] ?? 0
    for (let codePoint = cased[i] ?? 0; codePoint <= high; codePoint++) {
      if (codePoint === dotlessI) continue
      const key = foldKey(String.fromCodePoint(codePoint))
      const group = groups.get(key)
      if (group) group.push(codePoint)
      else groups.set(key, [codePoint])
    }
  }
  return groups
}

/** Equal for two characters exactly if simple case folding makes them equal. */
function foldKey(character: string): string {
  const upper = character.toUpperCase()
  const simpleUpper = isOneCharacter(upper) ? upper : character
  const lower = simpleUpper.toLowerCase()
  return isOneCharacter(lower) ? lower : simpleUpper
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0) !== text.charCodeAt(0))
}
