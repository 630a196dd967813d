import { Pace } from '../pace.ts'
import { Refusal } from './refusal.ts'

/** What is parsed in one go, in characters. */
const sliceLength = 16_384
/** Values that are longer than a slice are taken apart, so deep at most. */
const maxDepth = 32
/** A body has no more objects and lists: millions of empty ones take far more memory than their text. */
const maxContainers = 2_000_000

/**
 * Parses JSON like JSON.parse, except that keys of objects whose value is null are left out (Go's decoder leaves
 * such fields alone), and that a long text is parsed in pieces with others served in between. Throws a Refusal.
 */
export async function parseJson(text: string): Promise<unknown> {
  try {
    if (text.length <= sliceLength * 2) return withoutNulls(JSON.parse(text), 0)
    return await new SliceParser(text).whole()
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(400, jsonMessage(error))
  }
}

function jsonMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  return /unexpected end|unterminated/i.test(message)
    ? 'the body ends in the middle'
    : 'the body is not valid JSON'
}

const codes = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

class SliceParser {
  readonly #text: string
  readonly #pace = new Pace()
  #at = 0
  #containers = 0

  constructor(text: string) {
    this.#text = text
  }

  async whole(): Promise<unknown> {
    const value = await this.#value(0)
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw new SyntaxError('something follows the value')
    return value
  }

  async #value(depth: number): Promise<unknown> {
    this.#skipBlanks()
    const start = this.#at
    const end = this.#endOfValue(start, start + sliceLength)
    const first = this.#text.charCodeAt(start)
    const isContainer = first === codes.openBrace || first === codes.openBracket
    if (isContainer && end < 0) {
      if (depth >= maxDepth) throw new Refusal(400, 'the body is nested too deeply')
      return first === codes.openBrace ? await this.#object(depth) : await this.#list(depth)
    }
    this.#at = end < 0 ? this.#endOfValue(start, this.#text.length) : end
    if (this.#at < 0) throw new SyntaxError('Unexpected end')
    await this.#pace.breathe()
    return withoutNulls(JSON.parse(this.#text.slice(start, this.#at)), depth)
  }

  async #object(depth: number): Promise<unknown> {
    const fields: Record<string, unknown> = {}
    this.#open()
    if (this.#takes(codes.closeBrace)) return fields
    do {
      this.#skipBlanks()
      const start = this.#at
      this.#at = this.#endOfValue(start, this.#text.length)
      const key: unknown = this.#at < 0 ? undefined : JSON.parse(this.#text.slice(start, this.#at))
      if (typeof key !== 'string' || !this.#takes(codes.colon)) throw new SyntaxError('no key')
      const value = await this.#value(depth + 1)
      const field = { value, configurable: true, enumerable: true, writable: true }
      if (value !== null) Object.defineProperty(fields, key, field)
    } while (this.#takes(codes.comma))
    if (!this.#takes(codes.closeBrace)) throw new SyntaxError('no end of the object')
    return fields
  }

  /** Short elements are parsed many at a time, long ones by themselves. */
  async #list(depth: number): Promise<unknown> {
    const items: unknown[] = []
    this.#open()
    if (this.#takes(codes.closeBracket)) return items
    do {
      const start = this.#at
      const end = this.#endOfShortElements(start)
      if (end === start) {
        items.push(await this.#value(depth + 1))
        continue
      }
      const slice = withoutNulls(JSON.parse(`[${this.#text.slice(start, end)}]`), depth) as unknown[]
      for (const item of slice) items.push(item)
      this.#at = end
      await this.#pace.breathe()
    } while (this.#takes(codes.comma))
    if (!this.#takes(codes.closeBracket)) throw new SyntaxError('no end of the list')
    return items
  }

  /** Where the elements end that fit into one slice, before the comma or the end of the list. */
  #endOfShortElements(start: number): number {
    let end = start
    for (let at = start; ;) {
      while (isBlank(this.#text.charCodeAt(at))) at++
      const after = this.#endOfValue(at, at + sliceLength)
      if (after < 0 || after - start > sliceLength) return end
      end = after
      at = after
      while (isBlank(this.#text.charCodeAt(at))) at++
      if (this.#text.charCodeAt(at) !== codes.comma) return end
      at++
    }
  }

  /** The place after the value that begins there; -1 where it does not end before the limit. */
  #endOfValue(start: number, limit: number): number {
    const text = this.#text
    const last = Math.min(limit, text.length)
    let depth = 0
    for (let at = start; at < last; at++) {
      const code = text.charCodeAt(at)
      if (code === codes.quote) {
        at = endOfString(text, at, last)
        if (at < 0) return -1
        if (depth === 0) return at + 1
      } else if (code === codes.openBrace || code === codes.openBracket) {
        depth++
        this.#count()
      } else if (code === codes.closeBrace || code === codes.closeBracket) {
        if (depth === 0) return at
        if (--depth === 0) return at + 1
      } else if (depth === 0 && (code === codes.comma || code === codes.colon || isBlank(code))) {
        return at
      }
    }
    return depth === 0 && last === text.length ? last : -1
  }

  /** Containers that are taken apart are counted more than once: at most twice for each level. */
  #count(): void {
    if (++this.#containers > maxContainers) throw new Refusal(400, 'the body has too many objects and lists')
  }

  #open(): void {
    this.#at++
  }

  /** Whether the sign comes next, which then is behind us. */
  #takes(code: number): boolean {
    this.#skipBlanks()
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** The place of the closing quote; -1 where there is none before the limit. */
function endOfString(text: string, start: number, limit: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0 && at < limit; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === codes.backslash) slashes++
    if (slashes % 2 === 0) return at
  }
  return -1
}

const maxNullDepth = 16

/** Nulls in lists stay, and are refused by the schemas; zeros in texts become what stands for no character. */
function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  if (typeof value !== 'object' || value === null || depth > maxNullDepth) return value
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item === 'object' || typeof item === 'string') value[index] = withoutNulls(item, depth + 1)
    }
    return value
  }
  const fields = value as Record<string, unknown>
  for (const key of Object.keys(fields)) {
    if (fields[key] === null) delete fields[key]
    else fields[key] = withoutNulls(fields[key], depth + 1)
  }
  return fields
}
