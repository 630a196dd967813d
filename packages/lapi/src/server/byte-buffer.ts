/** A text takes at most so many bytes for each of its units of 16 bits. */
const bytesPerUnit = 3

/** Bytes that are written one after another and taken out in pieces. Room is used again, that of every other piece. */
export class ByteBuffer {
  readonly #room: number
  #bytes: Buffer
  #spare: Buffer | null = null
  #length = 0

  constructor(room: number) {
    this.#room = room
    this.#bytes = Buffer.allocUnsafeSlow(room)
  }

  get length(): number {
    return this.#length
  }

  /** A copy of what was written since the last piece was taken. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length))
  }

  /** What was written since the last time. It stays as it is until the piece after it is taken. */
  take(): Buffer {
    const piece = this.#bytes.subarray(0, this.#length)
    const isUsual = this.#spare !== null && this.#spare.length <= this.#room * 2
    const next = this.#spare && isUsual ? this.#spare : Buffer.allocUnsafeSlow(this.#room)
    this.#spare = this.#bytes
    this.#bytes = next
    this.#length = 0
    return piece
  }

  /** Drops what was written. */
  clear(): void {
    this.#length = 0
  }

  /** Makes room for so many bytes and answers where they go: write them from `length` on, then `advance`. */
  reserve(count: number): Buffer {
    if (this.#length + count > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    return this.#bytes
  }

  /** Counts what was written up to there. */
  advance(end: number): void {
    this.#length = end
  }

  /** One character of ASCII. */
  byte(code: number): void {
    this.reserve(1)[this.#length++] = code
  }

  text(text: string): void {
    const most = text.length < this.#room ? text.length * bytesPerUnit : Buffer.byteLength(text)
    this.#length += this.reserve(most).write(text, this.#length)
  }
}
