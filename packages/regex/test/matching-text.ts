import type { RegexNode } from '../src/syntax/node.ts'
import type { CodeRanges } from '../src/syntax/code-ranges.ts'

/** How often a repeat without a limit is written at most. */
const mostRounds = 3
/** Texts do not grow much longer than this, however the expression counts. */
const longest = 4096

/**
 * A text that the expression takes as far as that can be told from its parts: assertions are hoped for. With `inflate`,
 * one of its repeats, the same for the same number, goes round until the text has that length.
 */
export function matchingText(
  root: RegexNode,
  random: () => number,
  inflate?: { readonly repeat: number; readonly length: number },
): string {
  return new TextMaker(random, inflate).make(root)
}

/** How many repeats without a limit an expression has, which are those that `inflate` can choose from. */
export function countOpenRepeats(node: RegexNode): number {
  const own = node.kind === 'repeat' && node.max === Infinity ? 1 : 0
  return own + partsOf(node).reduce((sum, part) => sum + countOpenRepeats(part), 0)
}

function partsOf(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return node.items
    case 'group':
    case 'repeat':
      return [node.body]
    default:
      return []
  }
}

class TextMaker {
  readonly #random: () => number
  readonly #inflate: { readonly repeat: number; readonly length: number } | undefined
  #length = 0
  /** The number of the next repeat without a limit. */
  #openRepeats = 0
  #wanted: number

  constructor(random: () => number, inflate?: { readonly repeat: number; readonly length: number }) {
    this.#random = random
    this.#inflate = inflate
    this.#wanted = inflate?.repeat ?? -1
  }

  make(node: RegexNode): string {
    switch (node.kind) {
      case 'empty':
      case 'assertion':
        return ''
      case 'literal':
        return this.#take(String.fromCodePoint(this.#pick(node.orbit) ?? 0))
      case 'class':
        return this.#take(this.#oneOf(node.ranges))
      case 'group':
        return this.make(node.body)
      case 'sequence':
        return node.items.map((item) => this.make(item)).join('')
      case 'choice':
        return this.#choose(node.items)
      case 'repeat':
        return this.#repeat(node.body, node.min, node.max)
    }
  }

  #take(text: string): string {
    this.#length += text.length
    return text
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }

  /** The chosen alternative is the one with the repeat to inflate, if one has it. */
  #choose(items: readonly RegexNode[]): string {
    const wanted = this.#wanted
    let first = this.#openRepeats
    const end = first + items.reduce((sum, item) => sum + countOpenRepeats(item), 0)
    for (const item of items) {
      const next = first + countOpenRepeats(item)
      if (wanted >= first && wanted < next) return this.#within(item, first, end)
      first = next
    }
    const chosen = this.#pick(items)
    return chosen ? this.#within(chosen, end, end) : ''
  }

  /** Makes a node whose repeats are numbered from `first`; those after it are numbered from `end`. */
  #within(node: RegexNode, first: number, end: number): string {
    this.#openRepeats = first
    const text = this.make(node)
    this.#openRepeats = end
    return text
  }

  #repeat(body: RegexNode, min: number, max: number): string {
    const number = max === Infinity ? this.#openRepeats++ : -1
    const first = this.#openRepeats
    const end = first + countOpenRepeats(body)
    if (number >= 0 && number === this.#wanted) return this.#inflated(body, min, first, end)
    const holdsWanted = this.#wanted >= first && this.#wanted < end
    const more = Math.min(max - min, Math.floor(this.#random() * (mostRounds + 1)))
    const rounds = holdsWanted ? Math.max(1, min) : min + more
    let text = ''
    for (let round = 0; round < rounds; round++) {
      if (round >= min && round > 0 && this.#length > longest) break
      text += this.#within(body, first, end)
    }
    this.#openRepeats = end
    return text
  }

  /** Once is enough: a repeat around it would make it again and again. */
  #inflated(body: RegexNode, min: number, first: number, end: number): string {
    const length = this.#inflate?.length ?? 0
    this.#wanted = -1
    let text = ''
    for (let round = 0; round < min || text.length < length; round++) {
      const unit = this.#within(body, first, end)
      if (unit === '' && round >= min) break
      text += unit
    }
    return text
  }

  /** A character of the set, a printable one of ASCII where there is one. */
  #oneOf(ranges: CodeRanges): string {
    const printable = clip(ranges, 0x20, 0x7e)
    const from = printable.length > 0 ? printable : ranges
    const pair = Math.floor(this.#random() * (from.length / 2)) * 2
    const [low = 0x3f, high = low] = from.slice(pair, pair + 2)
    return String.fromCodePoint(low + Math.floor(this.#random() * (high - low + 1)))
  }
}

function clip(ranges: CodeRanges, low: number, high: number): CodeRanges {
  const clipped: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    const start = Math.max(low, ranges[i] ?? 0)
    const end = Math.min(high, ranges[i + 1] ?? 0)
    if (start <= end) clipped.push(start, end)
  }
  return clipped
}
