import { type FileBytes, openBytes } from '../lines/file-bytes.ts'
import type { LineSplitter } from '../lines/split.ts'

const chunkBytes = 64 * 1024

/** Lines of a piece of a file, and where the piece lies in the (unpacked) content. */
export interface Piece {
  readonly lines: readonly string[]
  readonly from: number
  readonly to: number
}

/** A file, plain or packed, that is read once from front to back, with parts left out. */
export class SequentialFile {
  readonly #bytes: FileBytes
  readonly #buffer = Buffer.alloc(chunkBytes)
  #at = 0

  private constructor(bytes: FileBytes) {
    this.#bytes = bytes
  }

  /** Throws what openBytes throws. */
  static async open(path: string): Promise<SequentialFile> {
    return new SequentialFile(await openBytes(path))
  }

  /** Bytes of the file on disk that were not read yet. */
  get bytesLeft(): number {
    return Math.max(0, this.#bytes.bytesTotal - this.#bytes.bytesRead)
  }

  /**
   * The lines between two places, in pieces; the last one includes a line without a newline. Nothing where the file
   * ends before `from`, or where that was passed already.
   */
  async *pieces(from: number, to: number, splitter: LineSplitter): AsyncGenerator<Piece> {
    if (from < this.#at) return
    if (!(await this.#bytes.skip(from - this.#at))) return
    this.#at = from
    let given = from
    while (this.#at < to) {
      const chunk = await this.#read(to - this.#at)
      if (chunk.length === 0) break
      const lines = splitter.push(chunk)
      const end = this.#at - splitter.pendingBytes
      yield { lines, from: given, to: end }
      given = end
    }
    const last = splitter.finish()
    if (this.#at > given) yield { lines: last, from: given, to: this.#at }
  }

  async close(): Promise<void> {
    await this.#bytes.close()
  }

  async #read(atMost: number): Promise<Buffer> {
    const length = await this.#bytes.read(this.#buffer.subarray(0, Math.min(atMost, chunkBytes)))
    this.#at += length
    return this.#buffer.subarray(0, length)
  }
}
