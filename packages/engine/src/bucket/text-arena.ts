/** How many bytes of texts lie together; a text that may take more than a quarter of that lies alone. */
const segmentBytes = 256 * 1024

/** The length of a text stands before it, negative for one of two bytes a character. */
const headerBytes = 4

/** More empty segments than this are given back to the system. */
const mostSpares = 16

/** The most bytes that a character of a JavaScript string takes in UTF-8. */
const widest = 3

interface Segment {
  readonly bytes: Buffer
  /** Where the next text goes. */
  end: number
  /** Texts in it, and those of them that were not released. */
  texts: number
  live: number
}

/**
 * Texts outside of the heap, so that the garbage collector neither copies nor visits them. They lie one behind the other
 * in segments; a segment is given back once all its texts are released. ASCII takes a byte a character, anything else
 * two; what is read is what was added, lone surrogates included.
 */
export class TextArena {
  /** A segment's place tells the addresses of its texts; null where one was given back. */
  readonly #segments: (Segment | null)[] = []
  readonly #freePlaces: number[] = []
  #currentPlace = -1
  /** Empty segments, kept for the next need. */
  readonly #spares: Buffer[] = []
  /** The bytes of all segments, those that wait for the next need included. */
  allocated = 0

  /** Keeps a text and gives the address by which it is read and released. */
  add(text: string): number {
    const { length } = text
    if (widest * length > segmentBytes / 4) return this.#addAlone(text)
    const segment = this.#segmentFor(headerBytes + widest * length)
    const { bytes, end: start } = segment
    const size = bytes.write(text, start + headerBytes, widest * length, 'utf8')
    const isAscii = size === length
    if (!isAscii) bytes.write(text, start + headerBytes, 2 * length, 'utf16le')
    bytes.writeInt32LE(isAscii ? length : -length, start)
    segment.end = start + headerBytes + (isAscii ? length : 2 * length)
    segment.texts++
    segment.live++
    return this.#currentPlace * segmentBytes + start
  }

  /** Keeps a long text in a segment that has just the room for it. */
  #addAlone(text: string): number {
    const { length } = text
    const isAscii = Buffer.byteLength(text) === length
    const size = isAscii ? length : 2 * length
    const bytes = this.#allocate(headerBytes + size)
    bytes.writeInt32LE(isAscii ? length : -length, 0)
    bytes.write(text, headerBytes, size, isAscii ? 'latin1' : 'utf16le')
    return this.#place({ bytes, end: bytes.length, texts: 1, live: 1 }) * segmentBytes
  }

  /** The text at an address that was not released. */
  text(address: number): string {
    const segment = this.#segmentAt(address)
    const start = address % segmentBytes
    const length = segment.bytes.readInt32LE(start)
    const from = start + headerBytes
    return length >= 0
      ? segment.bytes.toString('latin1', from, from + length)
      : segment.bytes.toString('utf16le', from, from - 2 * length)
  }

  /** Lets go of a text; once for each address. */
  release(address: number): void {
    const segment = this.#segmentAt(address)
    if (--segment.live > 0) return
    segment.texts = 0
    segment.end = 0
    const place = Math.floor(address / segmentBytes)
    if (place === this.#currentPlace) return
    this.#segments[place] = null
    this.#freePlaces.push(place)
    this.#spare(segment)
  }

  /** Whether a third of the texts that came with one are gone: who moves it lets their room be used again. */
  isLonely(address: number): boolean {
    const { live, texts } = this.#segmentAt(address)
    return 3 * live < 2 * texts && Math.floor(address / segmentBytes) !== this.#currentPlace
  }

  #spare({ bytes }: Segment): void {
    if (bytes.length === segmentBytes && this.#spares.length < mostSpares) this.#spares.push(bytes)
    else this.allocated -= bytes.length
  }

  #segmentAt(address: number): Segment {
    const segment = this.#segments[Math.floor(address / segmentBytes)]
    if (!segment) throw new RangeError(`no text at ${address}`)
    return segment
  }

  /** The current segment if it has the room, else another one that becomes the current. */
  #segmentFor(room: number): Segment {
    const current = this.#segments[this.#currentPlace]
    if (current && current.end + room <= segmentBytes) return current
    // Nothing is left of a current segment that holds no text.
    if (current?.live === 0) {
      this.#segments[this.#currentPlace] = null
      this.#freePlaces.push(this.#currentPlace)
      this.#spare(current)
    }
    const bytes = this.#spares.pop() ?? this.#allocate(segmentBytes)
    const segment = { bytes, end: 0, texts: 0, live: 0 }
    this.#currentPlace = this.#place(segment)
    return segment
  }

  #allocate(length: number): Buffer {
    this.allocated += length
    return Buffer.allocUnsafeSlow(length)
  }

  #place(segment: Segment): number {
    const place = this.#freePlaces.pop() ?? this.#segments.length
    this.#segments[place] = segment
    return place
  }
}
