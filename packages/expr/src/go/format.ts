import { maxTextLength } from '../limits.ts'
import type { Value } from '../value.ts'
import { type Directive, plainDirective } from './format-spec.ts'
import { formatExtra, formatValue } from './format-value.ts'

const maxWidth = 1_000_000

/** Text made from a format and its arguments. Mistakes show in the text, as they do in Go. Source: fmt.Sprintf. */
export function formatText(format: string, args: readonly Value[]): string {
  return new Formatter(format, args).run()
}

class Formatter {
  readonly #format: string
  readonly #args: readonly Value[]
  #at = 0
  #next = 0
  /** Whether some directive chose its argument: extra ones are no mistake then. */
  #reordered = false
  #badIndex = false

  constructor(format: string, args: readonly Value[]) {
    this.#format = format
    this.#args = args
  }

  run(): string {
    const format = this.#format
    let result = ''
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at)
      const end = percent < 0 ? format.length : percent
      result += format.slice(this.#at, end)
      this.#at = end + 1
      if (percent >= 0) result += this.#directive()
      if (result.length > maxTextLength) throw new Error('the text is too long')
    }
    const rest = this.#args.slice(this.#next)
    return rest.length > 0 && !this.#reordered ? result + formatExtra(rest) : result
  }

  #directive(): string {
    const directive = plainDirective('')
    this.#badIndex = false
    this.#flags(directive)
    let afterIndex = this.#index()
    const width = this.#number(() => this.#starred(), afterIndex)
    if (width.bad) return `%!(BADWIDTH)${this.#finish(directive, false)}`
    if (width.value !== null && width.value < 0) {
      directive.minus = true
      directive.zero = false
    }
    directive.width = width.value === null ? null : Math.abs(width.value)
    if (width.value !== null) afterIndex = false
    let bad = ''
    if (this.#format.charAt(this.#at) === '.') {
      this.#at++
      if (afterIndex) this.#badIndex = true
      afterIndex = this.#index()
      const precision = this.#number(() => this.#starred(), afterIndex)
      if (precision.bad || (precision.value ?? 0) < 0) bad = precision.bad ? '%!(BADPREC)' : bad
      directive.precision = precision.bad || (precision.value ?? 0) < 0 ? null : (precision.value ?? 0)
      if (precision.value !== null) afterIndex = false
    }
    return bad + this.#finish(directive, afterIndex)
  }

  #flags(directive: Directive): void {
    for (; ; this.#at++) {
      const flag = this.#format.charAt(this.#at)
      if (flag === '#') directive.sharp = true
      else if (flag === '0') directive.zero = true
      else if (flag === '+') directive.plus = true
      else if (flag === '-') directive.minus = true
      else if (flag === ' ') directive.space = true
      else return
    }
  }

  /** `[n]`: the argument to take. Says whether there was one. */
  #index(): boolean {
    if (this.#format.charAt(this.#at) !== '[') return false
    this.#reordered = true
    const close = this.#format.indexOf(']', this.#at)
    const digits = close < 0 ? '' : this.#format.slice(this.#at + 1, close)
    this.#at = close < 0 ? this.#at + 1 : close + 1
    const index = Number(digits)
    if (!/^[0-9]+$/.test(digits) || index < 1 || index > this.#args.length) this.#badIndex = true
    else this.#next = index - 1
    return true
  }

  #starred(): number | null {
    const value = this.#args[this.#next]
    if (this.#next < this.#args.length) this.#next++
    return typeof value === 'bigint' && value >= -BigInt(maxWidth) && value <= BigInt(maxWidth)
      ? Number(value)
      : null
  }

  #number(star: () => number | null, afterIndex: boolean): { value: number | null; bad: boolean } {
    if (this.#format.charAt(this.#at) === '*') {
      this.#at++
      const value = star()
      return { value, bad: value === null }
    }
    const digits = /^[0-9]*/.exec(this.#format.slice(this.#at, this.#at + 9))?.[0] ?? ''
    this.#at += digits.length
    if (digits === '') return { value: null, bad: false }
    if (afterIndex) this.#badIndex = true
    const value = Number(digits)
    return value > maxWidth ? { value: null, bad: false } : { value, bad: false }
  }

  #finish(directive: Directive, hadIndex: boolean): string {
    if (!hadIndex) this.#index()
    if (this.#at >= this.#format.length) return '%!(NOVERB)'
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0)
    this.#at += verb.length
    if (verb === '%') return '%'
    if (this.#badIndex) return `%!${verb}(BADINDEX)`
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`
    const value = this.#args[this.#next++] ?? null
    directive.verb = verb
    if (verb === 'v') {
      directive.sharpV = directive.sharp
      directive.plusV = directive.plus
      directive.sharp = false
      directive.plus = false
    }
    return formatValue(value, directive)
  }
}
