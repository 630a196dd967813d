import type { WireDecision } from '@tocsin/model'

/** Some decisions of one pull, in the order of arrival. */
export interface StreamPart {
  kind: 'new' | 'deleted'
  decisions: WireDecision[]
}

/** A single decision longer than this (in characters) is no decision. */
const maxDecisionLength = 1 << 20

const codes = {
  quote: 0x22,
  backslash: 0x5c,
  openBrace: 0x7b,
  closeBrace: 0x7d,
  openBracket: 0x5b,
  closeBracket: 0x5d,
} as const

/**
 * Reads `{"new": [...], "deleted": [...]}` piece by piece, keys in any order, lists possibly null, unknown keys
 * skipped. Memory is bounded by a piece and one decision, whatever the length of the whole.
 */
export class DecisionStreamReader {
  failure: string | undefined
  readonly #decoder = new TextDecoder()
  #text = ''
  #at = 0
  #depth = 0
  #inString = false
  #stringStart = 0
  /** The last text seen between the outer braces: the key of the list that follows. */
  #key = ''
  /** Where the unread elements of the open list begin and where the last whole one ends. */
  #listStart = 0
  #elementEnd = 0
  #begun = false
  #complete = false

  /** To be called after the last piece: why the whole is not a stream answer, or undefined where it is. */
  end(): string | undefined {
    if (this.failure !== undefined || this.#complete) return this.failure
    return 'the answer ends in the middle'
  }

  /** What the piece completes. Stops giving anything once `failure` is set. */
  *feed(piece: Uint8Array): Generator<StreamPart, void, undefined> {
    this.#text += this.#decoder.decode(piece, { stream: true })
    while (this.failure === undefined && this.#at < this.#text.length && !this.#complete) {
      if (!this.#begun) this.#begin()
      else if (this.#inString) this.#skipString()
      else yield* this.#structure()
    }
    if (this.failure !== undefined) return
    if (this.#depth >= 2) yield* this.#flush()
    this.#dropRead()
  }

  #begin(): void {
    const code = this.#text.charCodeAt(this.#at)
    if (code === codes.openBrace) this.#begun = true
    else if (code > 0x20) this.failure = 'the answer is not a decision stream'
    else this.#at++
  }

  #skipString(): void {
    const text = this.#text
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at)
      if (code === codes.backslash) {
        this.#at += 2
        continue
      }
      this.#at++
      if (code !== codes.quote) continue
      this.#inString = false
      if (this.#depth === 1) this.#key = text.slice(this.#stringStart, this.#at - 1)
      return
    }
  }

  /** Runs to the next string or the end of the text. */
  *#structure(): Generator<StreamPart, void, undefined> {
    const text = this.#text
    while (this.#at < text.length && this.failure === undefined) {
      const code = text.charCodeAt(this.#at++)
      if (code === codes.quote) {
        this.#inString = true
        this.#stringStart = this.#at
        return
      }
      if (code === codes.openBrace || code === codes.openBracket) {
        this.#depth++
        if (this.#depth === 2) this.#listStart = this.#elementEnd = this.#at
      } else if (code === codes.closeBrace || code === codes.closeBracket) {
        this.#depth--
        if (this.#depth === 2) this.#elementEnd = this.#at
        if (this.#depth === 1) yield* this.#flush()
        if (this.#depth === 0) {
          this.#complete = true
          return
        }
      }
    }
  }

  *#flush(): Generator<StreamPart, void, undefined> {
    const unread = this.#text.slice(this.#listStart, this.#elementEnd)
    this.#listStart = this.#elementEnd
    const kind = this.#key
    if (unread === '' || (kind !== 'new' && kind !== 'deleted')) return
    try {
      const decisions = JSON.parse(`[${unread.replace(/^\s*,/, '')}]`) as WireDecision[]
      yield { kind, decisions }
    } catch {
      this.failure = 'the answer is not JSON'
    }
  }

  /** Forgets what was read, so that the text never grows beyond a piece and what it left open. */
  #dropRead(): void {
    const keepFrom =
      this.#depth >= 2
        ? this.#listStart
        : this.#inString
          ? this.#stringStart
          : Math.min(this.#at, this.#text.length)
    if (this.#text.length - keepFrom > maxDecisionLength) {
      this.failure = 'a decision in the answer has no end'
      return
    }
    this.#text = this.#text.slice(keepFrom)
    this.#at -= keepFrom
    this.#stringStart -= keepFrom
    this.#listStart -= keepFrom
    this.#elementEnd -= keepFrom
  }
}
