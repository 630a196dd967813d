import { trimSpace } from '../go/strings.ts'
import { TextMap } from '../runtime/fetch.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, string } = types
const intoMap = types.func([string, types.map(any), string], any)

type Pair = readonly [key: string, value: string]

/** Helpers on `key=value` texts. They put a map under a key of the target, or add to the one that is there. */
export const keyValueHelpers: HelperFamily = () => ({
  ParseKV: helper(intoMap, (text: string, target: Map<string, Value>, key: string) =>
    put(target, key, keyValues(text), false),
  ),
  ParseKVLax: helper(intoMap, (text: string, target: Map<string, Value>, key: string) =>
    put(target, key, laxKeyValues(text), true),
  ),
})

function put(target: Map<string, Value>, key: string, pairs: readonly Pair[], early: boolean): null {
  if (pairs.length === 0 && !early) throw new Error('there is no key=value in the text')
  const known = target.get(key) ?? new TextMap()
  if (!(known instanceof TextMap))
    throw new Error(`what is under ${JSON.stringify(key)} is no map of strings`)
  target.set(key, known)
  if (pairs.length === 0) throw new Error('there is no key=value in the text')
  for (const [name, value] of pairs) known.set(name, value)
  return null
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d && unit !== 0x0b)
}

/** A key is a run without blanks; a value is in double quotes, or a run without blanks and equals signs, or empty. */
export function keyValues(text: string): Pair[] {
  const pairs: Pair[] = []
  let from = 0
  for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', from)) {
    let start = equals
    while (start > from && !isBlank(text.charCodeAt(start - 1))) start--
    from = equals + 1
    if (start === equals) continue
    const key = text.slice(start, equals)
    const quoted = text.charAt(from) === '"' ? closingQuote(text, from + 1) : -1
    if (quoted >= 0) {
      pairs.push([key, text.slice(from + 1, quoted)])
      from = quoted + 1
      continue
    }
    let end = from
    while (end < text.length && text.charAt(end) !== '=' && !isBlank(text.charCodeAt(end))) end++
    pairs.push([key, text.slice(from, end)])
    from = end
  }
  return pairs
}

/** The quote that closes a text, one behind a backslash being part of it; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') return at
    if (character === '\\' && text.charAt(++at) === '\n') return -1
  }
  return -1
}

const keyStart = /[A-Za-z_]/
const keyPart = /[A-Za-z0-9_.-]/

/** A value goes on until the next key, blanks and all. Keys inside double quotes are none. */
export function laxKeyValues(text: string): Pair[] {
  const keys = laxKeys(text)
  return keys.map(({ key, valueFrom }, index): Pair => {
    const raw = text.slice(valueFrom, keys[index + 1]?.from ?? text.length)
    return [key, unquote(trimSpace(raw))]
  })
}

interface LaxKey {
  readonly key: string
  readonly from: number
  readonly valueFrom: number
}

function laxKeys(text: string): LaxKey[] {
  const keys: LaxKey[] = []
  const quotes = new QuoteCounter(text)
  let from = 0
  for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', from)) {
    let run = equals
    while (run > from && keyPart.test(text.charAt(run - 1))) run--
    while (run < equals && !keyStart.test(text.charAt(run))) run++
    from = equals + 1
    if (run === equals || quotes.isInside(run)) continue
    keys.push({ key: text.slice(run, equals), from: run, valueFrom: equals + 1 })
  }
  return keys
}

/** Tells whether offsets, asked for in order, are inside double quotes. */
class QuoteCounter {
  readonly #text: string
  #at = 0
  #inside = false
  #backslashes = 0

  constructor(text: string) {
    this.#text = text
  }

  isInside(offset: number): boolean {
    for (; this.#at <= offset; this.#at++) {
      const character = this.#text.charAt(this.#at)
      if (character === '"' && this.#backslashes % 2 === 0) this.#inside = !this.#inside
      this.#backslashes = character === '\\' ? this.#backslashes + 1 : 0
    }
    return this.#inside
  }
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  if (text.length < 2 || !text.endsWith('"')) return text.slice(1)
  return text.slice(1, -1).replaceAll('\\\\', '\\').replaceAll('\\"', '"')
}
