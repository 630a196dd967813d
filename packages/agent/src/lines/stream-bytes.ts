import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { TocsinError } from '@tocsin/model'
import { fileError, reasonOf } from '../file-error.ts'
import type { FileBytes } from './file-bytes.ts'

/** The content of a stream, such as standard input, from front to back; gzip is told by its first bytes and unpacked. */
export class StreamBytes implements Pick<FileBytes, 'bytesRead' | 'bytesTotal' | 'read' | 'close'> {
  /** Nobody knows how much is to come. */
  readonly bytesTotal = 0
  bytesRead = 0
  readonly #name: string
  readonly #stream: Readable
  #chunks: AsyncIterator<Buffer> | null = null
  #rest: Buffer = Buffer.alloc(0)
  #isPacked = false

  /** `name` is what errors call it. */
  constructor(stream: Readable, name: string) {
    this.#stream = stream
    this.#name = name
  }

  /** As that of FileBytes. */
  async read(buffer: Buffer): Promise<number> {
    this.#chunks ??= await this.#open()
    if (this.#rest.length === 0) this.#rest = await next(this.#chunks).catch((error) => this.#fail(error))
    const length = this.#rest.copy(buffer)
    this.#rest = this.#rest.subarray(length)
    this.bytesRead += length
    return length
  }

  async close(): Promise<void> {
    this.#stream.destroy()
  }

  async #open(): Promise<AsyncIterator<Buffer>> {
    const chunks = this.#stream.iterator() as AsyncIterator<Buffer>
    let head = Buffer.alloc(0)
    while (head.length < 2) {
      const chunk = await next(chunks).catch((error) => this.#fail(error))
      if (chunk.length === 0) break
      head = Buffer.concat([head, chunk])
    }
    this.#isPacked = head[0] === 0x1f && head[1] === 0x8b
    if (!this.#isPacked) {
      this.#rest = head
      return chunks
    }
    const gunzip = createGunzip({ chunkSize: 64 * 1024 })
    const packed = Readable.from(joined(head, chunks))
    packed.on('error', (error) => gunzip.destroy(error))
    packed.pipe(gunzip)
    return gunzip.iterator() as AsyncIterator<Buffer>
  }

  #fail(cause: unknown): never {
    if (!this.#isPacked) throw fileError(this.#name, cause)
    const message = `cannot unpack ${this.#name}: ${reasonOf(cause)}`
    const hint = 'it is cut off or damaged: its lines up to this place were read'
    throw new TocsinError('SOURCE_BAD_GZIP', message, { cause, hint })
  }
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let chunk = head; chunk.length > 0; chunk = await next(chunks)) yield chunk
}

/** Empty at the end. */
async function next(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const { done, value } = await chunks.next()
  return done ? Buffer.alloc(0) : value
}
