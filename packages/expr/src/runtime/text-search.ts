import { literalSet } from '@tocsin/regex'
import { type Elements, any } from './sequence.ts'

/** How a text is compared with the elements of a list. */
export type TextTest = 'contains' | 'startsWith' | 'endsWith' | '=='

/** Makes a test of one text out of what it is compared with. */
export type Search = (literals: readonly string[]) => (text: string) => boolean

/** One way in which `any(list, ...)` can be true: `left <test> change(#)`, or `test(left, #)`. */
export interface Alternative {
  readonly test: TextTest | Search
  /** What is made of the element first, as by Upper. */
  readonly change?: (element: string) => string
}

interface Finder {
  /** Whether the text passes with the first element that counts. */
  readonly first: (text: string) => boolean
  readonly any: (text: string) => boolean
}

/** Below this many elements looking at one after the other is as fast. */
const minimumLength = 5

/**
 * Lists that never change, as those of data files: what is made of them is kept as long as they live. Every other
 * list is made for the event at hand, for which an index would cost more than it saves.
 */
export function isLasting(list: Elements): boolean {
  return Object.isFrozen(list)
}

/** A search of texts in lists: one pass over the text instead of one for each element. */
export class TextSearch {
  readonly #alternatives: readonly Alternative[]
  readonly #skipsEmpty: boolean
  readonly #finders = new WeakMap<Elements, readonly Finder[]>()
  #lastList: Elements | undefined
  #lastFinders: readonly Finder[] = []

  /** `skipsEmpty` is for predicates that begin with `len(#) > 0 &&`. */
  constructor(alternatives: readonly Alternative[], skipsEmpty: boolean) {
    this.#alternatives = alternatives
    this.#skipsEmpty = skipsEmpty
  }

  /**
   * Whether the predicate holds for an element. `left` gives the text of an alternative. Texts are evaluated as the
   * loop over the elements would for the first of them, so that a text that fails fails here too.
   */
  any(
    list: Elements,
    test: (list: Elements, index: number) => boolean,
    left: (index: number) => string,
  ): boolean {
    if (!isLasting(list) || list.length < minimumLength) return any(list, test)
    const finders = this.#findersOf(list)
    if (finders.length === 1) return finders[0]?.any(left(0)) ?? false
    const texts: string[] = []
    for (const [index, finder] of finders.entries()) {
      const text = left(index)
      if (finder.first(text)) return true
      texts.push(text)
    }
    return finders.some((finder, index) => finder.any(texts[index] ?? ''))
  }

  /** Whether a list is one that `find` may be asked about: all but those that are gone through one by one. */
  knows(list: Elements): boolean {
    if (list === this.#lastList) return true
    if (!isLasting(list) || list.length < minimumLength) return false
    this.#lastFinders = this.#findersOf(list)
    this.#lastList = list
    return true
  }

  /** Whether an alternative holds for an element of the list that is known, for a text that did not fail. */
  find(alternative: number, text: string): boolean {
    return this.#lastFinders[alternative]?.any(text) ?? false
  }

  #findersOf(list: Elements): readonly Finder[] {
    let finders = this.#finders.get(list)
    if (!finders) this.#finders.set(list, (finders = this.#build(list as readonly string[])))
    return finders
  }

  /** None where no element counts: nothing is evaluated then. */
  #build(list: readonly string[]): readonly Finder[] {
    const counting = this.#skipsEmpty ? list.filter((element) => element !== '') : list
    if (counting.length === 0) return []
    return this.#alternatives.map(({ test, change }) => {
      const literals = change ? counting.map(change) : counting
      return { first: finderOf(test, literals.slice(0, 1)), any: finderOf(test, literals) }
    })
  }
}

/** Looks for literals in a text in one way. What that takes is made at the first text: many never come to one. */
export function finderOf(test: TextTest | Search, literals: readonly string[]): (text: string) => boolean {
  let find: ((text: string) => boolean) | undefined
  const build = () => (typeof test === 'string' ? buildFinder(test, literals) : test(literals))
  return (text) => (find ??= build())(text)
}

function buildFinder(test: TextTest, literals: readonly string[]): (text: string) => boolean {
  if (test === 'contains') {
    const set = literalSet(literals)
    return (text) => set.test(text)
  }
  const set = new Set(literals)
  if (test === '==') return (text) => set.has(text)
  const lengths = [...new Set(literals.map((literal) => literal.length))].sort((a, b) => a - b)
  const part =
    test === 'startsWith'
      ? (text: string, length: number) => text.slice(0, length)
      : (text: string, length: number) => text.slice(text.length - length)
  return (text) => lengths.some((length) => length <= text.length && set.has(part(text, length)))
}

const wholeTexts = new WeakMap<Elements, ReadonlySet<unknown>>()

/** Whether a list of texts has a text. */
export function hasText(list: Elements, text: string): boolean {
  if (!isLasting(list) || list.length < minimumLength) return list.includes(text)
  let set = wholeTexts.get(list)
  if (!set) wholeTexts.set(list, (set = new Set(list)))
  return set.has(text)
}

/** What an expression makes of the elements of lasting lists, made once for each element. */
export type Remembered = WeakMap<Elements, string[]>

export function remembered(
  list: Elements,
  index: number,
  known: Remembered,
  make: (list: Elements, index: number) => string,
): string {
  if (!isLasting(list)) return make(list, index)
  let texts = known.get(list)
  if (!texts) known.set(list, (texts = []))
  return (texts[index] ??= make(list, index))
}
