import { type CodeRanges, hasCodePoint, maxCodePoint } from '../syntax/code-ranges.ts'
import { wordRanges } from '../syntax/named-class.ts'

/** What assertions need to know of the character beside a place. */
export const side = { none: 0, lineFeed: 1, word: 2, other: 3 } as const

const lineFeed: CodeRanges = [0x0a, 0x0a]
/** Characters below this have their letter in `direct`. */
export const directCharacters = 256

/**
 * The characters of a program, put into letters: characters that no set of the program tells apart share a
 * letter, so that tables by letter stay small.
 */
export class Alphabet {
  /** Number of letters. */
  readonly size: number
  /** Letter of each character below 256. */
  readonly direct: Uint16Array
  private readonly cuts: Uint32Array
  private readonly letters: Uint16Array
  private readonly members: Uint8Array
  private readonly sides: Uint8Array

  /** `withSides`: letters also tell apart what assertions see. */
  constructor(sets: readonly CodeRanges[], withSides: boolean) {
    const telling = withSides ? [...sets, wordRanges, lineFeed] : sets
    this.cuts = Uint32Array.from(cutsOf(telling))
    this.letters = new Uint16Array(this.cuts.length)
    const examples = this.numberLetters(telling)
    this.size = examples.length
    this.members = new Uint8Array(sets.length * this.size)
    this.sides = new Uint8Array(this.size)
    examples.forEach((codePoint, letter) => {
      sets.forEach((set, number) => {
        if (hasCodePoint(set, codePoint)) this.members[number * this.size + letter] = 1
      })
      this.sides[letter] = sideOf(codePoint)
    })
    this.direct = Uint16Array.from({ length: directCharacters }, (_, codePoint) => this.search(codePoint))
  }

  /** Fills `letters` by cut and returns a character of each letter. */
  private numberLetters(sets: readonly CodeRanges[]): number[] {
    const numbers = new Map<string, number>()
    const examples: number[] = []
    this.cuts.forEach((codePoint, index) => {
      const signature = sets.map((set) => (hasCodePoint(set, codePoint) ? '1' : '0')).join('')
      let letter = numbers.get(signature)
      if (letter === undefined) {
        letter = examples.push(codePoint) - 1
        numbers.set(signature, letter)
      }
      this.letters[index] = letter
    })
    return examples
  }

  /** The letter of a character. */
  letterOf(codePoint: number): number {
    return codePoint < directCharacters ? (this.direct[codePoint] ?? 0) : this.search(codePoint)
  }

  private search(codePoint: number): number {
    const { cuts } = this
    let low = 0
    let high = cuts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((cuts[middle] ?? 0) <= codePoint) low = middle
      else high = middle - 1
    }
    return this.letters[low] ?? 0
  }

  /** Whether the set with the number has the characters of the letter. */
  has(set: number, letter: number): boolean {
    return this.members[set * this.size + letter] === 1
  }

  /** How assertions see the characters of the letter. */
  sideOf(letter: number): number {
    return this.sides[letter] ?? side.other
  }
}

/** The code points at which membership in some set changes, from 0 on, ascending. */
function cutsOf(sets: readonly CodeRanges[]): number[] {
  const cuts = new Set([0])
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      cuts.add(set[i] ?? 0)
      const after = (set[i + 1] ?? 0) + 1
      if (after <= maxCodePoint) cuts.add(after)
    }
  }
  return [...cuts].sort((a, b) => a - b)
}

function sideOf(codePoint: number): number {
  if (codePoint === 0x0a) return side.lineFeed
  return hasCodePoint(wordRanges, codePoint) ? side.word : side.other
}
