import { keepsCaptures, triesEmptyLast } from './capture-safety.ts'
import type { LiteralNode, RegexNode, RepeatNode } from '../syntax/node.ts'
import { characterClass, coversAstral, unitClass } from './translate-class.ts'

/** A JavaScript pattern of the same meaning, without flags; or why there is none. */
export type Translation = { readonly pattern: string } | { readonly refusal: string }

// V8's linear engine takes counts up to 16, nested ones multiplied.
const maxNativeCount = 16
/** Longest JavaScript pattern handed to V8, in characters. */
const maxPatternLength = 1 << 15
/** Most ranges in all its large classes together: V8 takes milliseconds to compile a hundred. */
const maxRanges = 512
const rangesOfLargeClass = 16
/** Most optional copies inside each other: V8's compiler works on them recursively, and its memory is bounded. */
const maxOptionalDepth = 256

/** Deepest nesting, for the same reason. */
const maxTranslatedHeight = 256

/** What can come after a node, as far as it decides whether a loop may work on halves of characters. */
interface Follow {
  /** It may begin by taking a low surrogate. */
  readonly low: boolean
  /** It may be the end of the pattern. */
  readonly end: boolean
}

/**
 * Writes the expression as a JavaScript pattern that V8's linear engine takes: no flags, no look-around, no
 * back-reference, no count above 16. It means on UTF-16 what the expression means on code points, for texts
 * without lone surrogates.
 */
export function translateRegex(root: RegexNode): Translation {
  if (root.height > maxTranslatedHeight) return { refusal: 'it nests too deeply' }
  const refusal = findRefusal(root)
  if (refusal !== undefined) return { refusal }
  try {
    const pattern = new Translator().translate(root)
    return pattern.length > maxPatternLength ? { refusal: 'its JavaScript pattern is too long' } : { pattern }
  } catch (error) {
    if (error instanceof TooLarge) return { refusal: error.message }
    throw error
  }
}

class TooLarge extends Error {}

/** Why the meaning of the expression cannot be kept in V8's linear subset, if it cannot. */
function findRefusal(node: RegexNode): string | undefined {
  switch (node.kind) {
    case 'assertion':
      if (node.assertion === 'lineStart' || node.assertion === 'lineEnd') {
        return 'JavaScript ends lines at more characters than RE2'
      }
      return node.assertion === 'notWordBoundary' ? 'JavaScript finds \\B inside surrogate pairs' : undefined
    case 'group':
      return findRefusal(node.body)
    case 'sequence':
    case 'choice':
      return node.items.map(findRefusal).find((refusal) => refusal !== undefined)
    case 'repeat':
      return findRepeatRefusal(node) ?? findRefusal(node.body)
    default:
      return undefined
  }
}

function findRepeatRefusal({ body, max }: RepeatNode): string | undefined {
  if (max <= 1) return undefined
  if (!keepsCaptures(body)) return 'JavaScript forgets the groups of earlier rounds of a loop'
  if (body.nullable && !triesEmptyLast(body)) return 'JavaScript takes back an empty round of a loop'
  return undefined
}

class Translator {
  private length = 0
  private ranges = 0

  translate(root: RegexNode): string {
    return this.emit(root, { low: false, end: true }, 1)
  }

  /**
   * The node as JavaScript. `copies`: how often the counts around it repeat it. A choice comes out without
   * parentheses around it.
   */
  private emit(node: RegexNode, follow: Follow, copies: number): string {
    switch (node.kind) {
      case 'empty':
        return ''
      case 'literal':
        return this.counted(literalText(node))
      case 'class':
        this.countRanges(node.ranges.length / 2)
        return this.counted(characterClass(node.ranges))
      case 'assertion':
        return assertionTexts[node.assertion]
      case 'group':
        return this.counted('(') + this.emit(node.body, follow, copies) + this.counted(')')
      case 'sequence':
        return this.emitSequence(node.items, follow, copies)
      case 'choice':
        return node.items.map((item) => this.emit(item, follow, copies)).join('|')
      case 'repeat':
        return this.emitRepeat(node, follow, copies)
    }
  }

  private counted(text: string): string {
    this.count(text.length)
    return text
  }

  private countRanges(ranges: number): void {
    if (ranges >= rangesOfLargeClass) this.ranges += ranges
    if (this.ranges > maxRanges) throw new TooLarge('its classes have too many ranges')
  }

  /** Throws when the pattern becomes too long to be worth going on. */
  private count(characters: number): void {
    this.length += characters
    if (this.length > maxPatternLength) throw new TooLarge('its JavaScript pattern is too long')
  }

  private emitSequence(items: readonly RegexNode[], follow: Follow, copies: number): string {
    let text = ''
    let after = follow
    for (let i = items.length - 1; i >= 0; i--) {
      const item = items[i]
      if (!item) continue
      const own = this.emit(item, after, copies)
      text = (item.kind === 'choice' ? `(?:${own})` : own) + text
      after = before(item, after)
    }
    return text
  }

  /** The node as something that a repeat operator after it applies to as a whole. */
  private emitAtom(node: RegexNode, follow: Follow, copies: number): string {
    const text = this.emit(node, follow, copies)
    const isAtom = node.kind === 'literal' || node.kind === 'class' || node.kind === 'group'
    return isAtom ? text : `(?:${text})`
  }

  private emitRepeat(node: RepeatNode, follow: Follow, copies: number): string {
    const { body, min, max, greedy } = node
    const lazy = greedy ? '' : '?'
    if (max <= 1 && body.nullable) {
      // JavaScript takes back an optional part that turns out empty, but not an alternative.
      const text = this.emit(body, follow, copies)
      if (max === 0) return `(?:${text}){0}`
      return greedy ? `(?:${text}|)` : `(?:|${text})`
    }
    const around = { low: follow.low || beginsLow(body), end: follow.end }
    if (max === 0) return `${this.emitAtom(body, around, copies)}{0}`
    if (max === 1) return `${this.emitAtom(body, around, copies)}?${lazy}`
    if (max === Infinity && min <= 1) {
      const operator = (min === 0 ? '*' : '+') + lazy
      const halves =
        body.kind === 'class' && coversAstral(body.ranges) && !follow.low && (greedy || !follow.end)
      return halves ? unitClass(body.ranges) + operator : this.emitAtom(body, around, copies) + operator
    }
    const native = copies * (max === Infinity ? min + 1 : max)
    if (native <= maxNativeCount) {
      return `${this.emitAtom(body, around, native)}{${countText(min, max)}}${lazy}`
    }
    return this.writeOut(node, around, copies)
  }

  /** The repeat without a count: its body again and again, then a loop or optional copies inside each other. */
  private writeOut({ body, min, max, greedy }: RepeatNode, around: Follow, copies: number): string {
    if (body.groups > 0) throw new TooLarge('it counts a group too often')
    const lazy = greedy ? '' : '?'
    const optional = max === Infinity ? 0 : max - min
    if (optional > maxOptionalDepth) throw new TooLarge('it has too many optional copies')
    const rangesBefore = this.ranges
    const one = this.emitAtom(body, around, copies)
    this.countRanges((this.ranges - rangesBefore) * (min + optional))
    this.count((one.length + '(?:)??'.length) * (min + optional))
    const head = one.repeat(min)
    if (max === Infinity) return `${head}${one}*${lazy}`
    let tail = ''
    for (let i = 0; i < optional; i++) tail = `(?:${one}${tail})?${lazy}`
    return head + tail
  }
}

const assertionTexts = {
  textStart: '^',
  textEnd: '$',
  wordBoundary: '\\b',
  notWordBoundary: '\\B',
  lineStart: '^',
  lineEnd: '$',
}

function countText(min: number, max: number): string {
  if (min === max) return String(min)
  return max === Infinity ? `${min},` : `${min},${max}`
}

function literalText({ orbit }: LiteralNode): string {
  const [only] = orbit
  if (only !== undefined && orbit.length === 1) return characterClass([only, only])
  return characterClass(orbit.flatMap((codePoint) => [codePoint, codePoint]))
}

function before(node: RegexNode, after: Follow): Follow {
  const low = beginsLow(node)
  return node.nullable ? { low: low || after.low, end: after.end } : { low, end: false }
}

/** Whether the translation of the node may take a low surrogate first, out of the middle of a character. */
function beginsLow(node: RegexNode): boolean {
  switch (node.kind) {
    case 'group':
      return beginsLow(node.body)
    case 'choice':
      return node.items.some(beginsLow)
    case 'sequence':
      for (const item of node.items) {
        if (beginsLow(item)) return true
        if (!item.nullable) return false
      }
      return false
    case 'repeat':
      if (node.body.kind === 'class') return node.max > 1 && coversAstral(node.body.ranges)
      return beginsLow(node.body)
    default:
      return false
  }
}
