/** One message of an event stream. */
export interface StreamMessage {
  /** The last id that the stream named, here or before; empty where it named none. */
  id: string
  /** `message` where it names none. */
  event: string
  /** Its data lines, joined by line feeds; empty where it has none. */
  data: string
}

/** A message longer than this (in characters) has no end. */
const maxMessageLength = 16 * 1024 * 1024

/** What a data line costs besides its text, so that empty ones are bounded too. */
const lineCost = 16
const lineFeed = 0x0a

/**
 * Reads `text/event-stream` piece by piece, wherever the pieces are cut. Memory is bounded by one message and a
 * piece. A message with a name and without data counts too, unlike in a browser.
 */
export class EventStreamReader {
  /** Why the stream cannot be read on; undefined while it can. */
  failure: string | undefined
  readonly #maxLength: number
  readonly #decoder = new TextDecoder()
  /** What came of a line whose end did not come yet. */
  #line = ''
  /** The last piece ended with a carriage return: a line feed right behind it belongs to it. */
  #endedWithReturn = false
  #id = ''
  #event = ''
  #data: string[] = []
  #dataLength = 0

  constructor(maxLength: number = maxMessageLength) {
    this.#maxLength = maxLength
  }

  /** The messages that the piece completes. Gives nothing any more once `failure` is set. */
  *feed(piece: Uint8Array): Generator<StreamMessage, void, undefined> {
    const text = this.#decoder.decode(piece, { stream: true })
    if (text === '' || this.failure !== undefined) return
    let at = this.#endedWithReturn && text.charCodeAt(0) === lineFeed ? 1 : 0
    this.#endedWithReturn = text.endsWith('\r')
    let feed = text.indexOf('\n', at)
    let carriage = text.indexOf('\r', at)
    while (feed !== -1 || carriage !== -1) {
      const end = feed === -1 || (carriage !== -1 && carriage < feed) ? carriage : feed
      const message = this.#take(this.#line + text.slice(at, end))
      this.#line = ''
      at = end + 1
      if (end === carriage && text.charCodeAt(at) === lineFeed) at++
      if (feed !== -1 && feed < at) feed = text.indexOf('\n', at)
      if (carriage !== -1 && carriage < at) carriage = text.indexOf('\r', at)
      if (message !== null) yield message
    }
    this.#line += text.slice(at)
    if (this.#line.length + this.#dataLength > this.#maxLength) this.failure = 'an event has no end'
  }

  /** Takes in one line; an empty one ends a message, if there is any. */
  #take(line: string): StreamMessage | null {
    if (line === '') return this.#finish()
    const colon = line.indexOf(':')
    if (colon === 0) return null
    const name = colon === -1 ? line : line.slice(0, colon)
    const from = line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1
    const value = colon === -1 ? '' : line.slice(from)
    if (name === 'data') {
      this.#data.push(value)
      this.#dataLength += value.length + lineCost
    } else if (name === 'event') {
      this.#event = value
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value
    }
    return null
  }

  #finish(): StreamMessage | null {
    const isEmpty = this.#data.length === 0 && this.#event === ''
    const message = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') }
    this.#event = ''
    this.#data = []
    this.#dataLength = 0
    return isEmpty ? null : message
  }
}
