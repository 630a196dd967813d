import type { Prefilter } from '../literal/prefilter.ts'
import type { Answerer, Matcher } from '../regex.ts'
import { type Automaton, tooLarge } from './automaton.ts'

/** Matches with the automaton, and hands over to another matcher the rare texts that take it too much memory. */
export class AutomatonMatcher implements Matcher {
  private readonly automaton: Automaton
  private readonly prefilter: Prefilter | undefined
  private readonly makeSmall: () => Matcher
  private smallMatcher: Matcher | undefined

  /** `makeSmall` makes the other matcher, whose memory is bounded, at its first use. */
  constructor(automaton: Automaton, prefilter: Prefilter | undefined, makeSmall: () => Matcher) {
    this.automaton = automaton
    this.prefilter = prefilter
    this.makeSmall = makeSmall
  }

  private get small(): Matcher {
    return (this.smallMatcher ??= this.makeSmall())
  }

  test(text: string): boolean {
    if (this.prefilter?.mayMatch(text) === false) return false
    return this.automaton.test(text)
  }

  exec(text: string): (string | undefined)[] | null {
    const places = this.search(text)
    return places && textsAt(text, places)
  }

  search(text: string): number[] | null {
    if (this.prefilter?.mayMatch(text) === false) return null
    const places = this.automaton.search(text)
    return places === tooLarge ? this.small.search(text) : places
  }

  answererFor(text: string): Answerer {
    return this.prefilter?.mayMatch(text) === false ? 'literals' : 'automaton'
  }
}

/** The texts between `start, end` pairs; undefined for -1. */
export function textsAt(text: string, places: readonly number[]): (string | undefined)[] {
  const texts: (string | undefined)[] = []
  for (let i = 0; i < places.length; i += 2) {
    const start = places[i] ?? -1
    texts.push(start < 0 ? undefined : text.slice(start, places[i + 1]))
  }
  return texts
}
