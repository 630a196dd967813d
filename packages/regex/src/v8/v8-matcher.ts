import type { Prefilter } from '../literal/prefilter.ts'
import type { Answerer, Matcher } from '../regex.ts'
import { BacktrackGuard } from './backtrack-guard.ts'
import './v8-linear.ts'

/** Longest text that V8 is asked about: its linear engine, where it ends up with hostile texts, is slow. */
export const longestForV8 = 1024

/** So many matches in a row are likely to be followed by another one. */
const rowLength = 16

/** Matches with V8, and hands over to another matcher what V8 could be slow with. */
export class V8Matcher implements Matcher {
  private readonly expression: RegExp
  private readonly prefilter: Prefilter | undefined
  private readonly guard = new BacktrackGuard()
  private readonly makeLinear: () => Matcher
  private linearMatcher: Matcher | undefined
  /** Matches in a row: where texts match, looking for their literals first is of no use. */
  private inRow = 0

  /** `makeLinear` makes the other matcher, at its first use. */
  constructor(pattern: string, prefilter: Prefilter | undefined, makeLinear: () => Matcher) {
    this.expression = new RegExp(pattern)
    this.prefilter = prefilter
    this.makeLinear = makeLinear
  }

  private get linear(): Matcher {
    return (this.linearMatcher ??= this.makeLinear())
  }

  test(text: string): boolean {
    if (!this.mayMatch(text)) return false
    const found = this.testAll(text)
    this.inRow = found ? this.inRow + 1 : 0
    return found
  }

  exec(text: string): (string | undefined)[] | null {
    if (!this.mayMatch(text)) return null
    const groups = this.execAll(text)
    this.inRow = groups === null ? 0 : this.inRow + 1
    return groups
  }

  private mayMatch(text: string): boolean {
    const { prefilter } = this
    if (prefilter === undefined || (this.inRow >= rowLength && text.length <= longestForV8)) return true
    return prefilter.mayMatch(text)
  }

  private testAll(text: string): boolean {
    const { guard } = this
    if (text.length > longestForV8 || guard.isBanned(text.length)) return this.linear.test(text)
    if (!guard.wantsTime(text.length)) return this.expression.test(text)
    const start = performance.now()
    const found = this.expression.test(text)
    guard.finished(performance.now() - start)
    return found
  }

  private execAll(text: string): (string | undefined)[] | null {
    const { guard } = this
    if (text.length > longestForV8 || guard.isBanned(text.length)) return this.linear.exec(text)
    if (!guard.wantsTime(text.length)) return this.expression.exec(text)
    const start = performance.now()
    const found = this.expression.exec(text)
    guard.finished(performance.now() - start)
    return found
  }

  search(text: string): number[] | null {
    return this.prefilter?.mayMatch(text) === false ? null : this.linear.search(text)
  }

  answererFor(text: string): Answerer {
    if (!this.mayMatch(text)) return 'literals'
    const spared = text.length > longestForV8 || this.guard.banLasts(text.length)
    return spared ? this.linear.answererFor(text) : 'v8'
  }
}
