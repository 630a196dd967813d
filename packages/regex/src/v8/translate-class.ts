import { clipRanges, type CodeRanges, coversRange, normalizeRanges } from '../syntax/code-ranges.ts'

const firstHigh = 0xd800
const firstLow = 0xdc00
const lastLow = 0xdfff
const lastUnit = 0xffff
const firstAstral = 0x10000
const lastAstral = 0x10ffff

/** Whether the set has every code point outside the BMP. */
export function coversAstral(ranges: CodeRanges): boolean {
  return coversRange(ranges, firstAstral, lastAstral)
}

/**
 * One JavaScript class that takes one UTF-16 unit: the BMP part of the set, and all surrogates if it covers the
 * astral planes. It takes half a character of those, so it is for loops that cannot end in the middle of one.
 */
export function unitClass(ranges: CodeRanges): string {
  const units = [...bmpRanges(ranges), ...(coversAstral(ranges) ? [firstHigh, lastLow] : [])]
  return classText(normalizeRanges(units))
}

/** A JavaScript atom that takes exactly one character of the set, as one unit or as a surrogate pair. */
export function characterClass(ranges: CodeRanges): string {
  const [low, high] = ranges
  if (ranges.length === 2 && low !== undefined && low === high && low < firstHigh) return unitText(low)
  let text = characterTexts.get(ranges)
  if (text === undefined) {
    text = writeCharacterClass(ranges)
    characterTexts.set(ranges, text)
  }
  return text
}

// Patterns built of parts repeat the same classes over and over.
const characterTexts = new WeakMap<CodeRanges, string>()

function writeCharacterClass(ranges: CodeRanges): string {
  const bmp = bmpRanges(ranges)
  const pairs = pairTexts(clipRanges(ranges, firstAstral, lastAstral))
  if (pairs.length === 0) return classText(bmp)
  const alternatives = bmp.length === 0 ? pairs : [classText(bmp), ...pairs]
  return `(?:${alternatives.join('|')})`
}

function bmpRanges(ranges: CodeRanges): CodeRanges {
  return [...clipRanges(ranges, 0, firstHigh - 1), ...clipRanges(ranges, lastLow + 1, lastUnit)]
}

/** Surrogate pairs for astral ranges: runs that share a high surrogate, and whole blocks between them. */
function pairTexts(astral: CodeRanges): string[] {
  const byLows = new Map<string, number[]>()
  const add = (high: number, lastHigh: number, low: number, high2: number): void => {
    const key = `${low},${high2}`
    const highs = byLows.get(key)
    if (highs) highs.push(high, lastHigh)
    else byLows.set(key, [high, lastHigh])
  }
  for (let i = 0; i < astral.length; i += 2) addPairs(astral[i] ?? 0, astral[i + 1] ?? 0, add)
  return [...byLows].map(([key, highs]) => {
    const [low, high] = key.split(',').map(Number)
    return classText(normalizeRanges(highs)) + classText([low ?? 0, high ?? 0])
  })
}

type AddPairs = (firstHigh: number, lastHigh: number, low: number, high: number) => void

function addPairs(from: number, to: number, add: AddPairs): void {
  let fromHigh = highSurrogate(from)
  const toHigh = highSurrogate(to)
  if (fromHigh === toHigh) return add(fromHigh, fromHigh, lowSurrogate(from), lowSurrogate(to))
  if (lowSurrogate(from) !== firstLow) {
    add(fromHigh, fromHigh, lowSurrogate(from), lastLow)
    fromHigh++
  }
  const whole = lowSurrogate(to) === lastLow ? toHigh : toHigh - 1
  if (fromHigh <= whole) add(fromHigh, whole, firstLow, lastLow)
  if (whole !== toHigh) add(toHigh, toHigh, firstLow, lowSurrogate(to))
}

function highSurrogate(codePoint: number): number {
  return firstHigh + ((codePoint - firstAstral) >> 10)
}

function lowSurrogate(codePoint: number): number {
  return firstLow + ((codePoint - firstAstral) & 0x3ff)
}

/** A JavaScript class, or a single character, for a set of UTF-16 units. */
function classText(units: CodeRanges): string {
  const [first, last] = units
  if (first === undefined || last === undefined) return '[]'
  if (units.length === 2 && first === last) return unitText(first)
  if (first === 0 && units[units.length - 1] === lastUnit) {
    return units.length === 2 ? '[^]' : `[^${rangesText(gaps(units))}]`
  }
  return `[${rangesText(units)}]`
}

function gaps(units: CodeRanges): CodeRanges {
  const between: number[] = []
  for (let i = 1; i < units.length - 1; i += 2) between.push((units[i] ?? 0) + 1, (units[i + 1] ?? 0) - 1)
  return between
}

function rangesText(units: CodeRanges): string {
  let text = ''
  for (let i = 0; i < units.length; i += 2) {
    const low = units[i] ?? 0
    const high = units[i + 1] ?? 0
    text += unitText(low)
    if (high > low + 1) text += '-'
    if (high > low) text += unitText(high)
  }
  return text
}

/** One UTF-16 unit, written so that it stands for itself inside a class and outside. */
function unitText(unit: number): string {
  return asciiTexts[unit] ?? `\\u${unit.toString(16).padStart(4, '0')}`
}

const asciiTexts = Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit)
  if (/[0-9A-Za-z _"'!#%&,:;<=>@`~]/.test(character)) return character
  const isControl = unit < 0x20 || unit === 0x7f
  return isControl ? `\\x${unit.toString(16).padStart(2, '0')}` : `\\${character}`
})
