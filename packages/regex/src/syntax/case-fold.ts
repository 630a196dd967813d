import { type CodeRanges, hasCodePoint, normalizeRanges } from './code-ranges.ts'

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
  for (const codePoint of casedCodePoints()) {
    const key = foldKey(String.fromCodePoint(codePoint))
    const group = groups.get(key)
    if (group) group.push(codePoint)
    else groups.set(key, [codePoint])
  }
  return groups
}

/** Characters that some case mapping changes, ascending. */
function casedCodePoints(): number[] {
  const cased: number[] = []
  for (let plane = 0; plane < 2; plane++) {
    let text = ''
    for (let codePoint = plane * 0x10000; codePoint < (plane + 1) * 0x10000; codePoint++) {
      if (codePoint < 0xd800 || codePoint > 0xdfff) text += String.fromCodePoint(codePoint)
    }
    for (const [character] of text.matchAll(/\p{Changes_When_Casemapped}/gu)) {
      const codePoint = character.codePointAt(0) ?? 0
      if (codePoint !== dotlessI) cased.push(codePoint)
    }
  }
  return cased
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
