import type { ReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'
import { TocsinError } from '@tocsin/model'
import { fileError, folderError, reasonOf } from '../file-error.ts'

/** The content of a file from front to back; that of a gzip file unpacked. */
export interface FileBytes {
  /** Bytes of the file read so far: compressed ones where the file is compressed. */
  readonly bytesRead: number
  /** The size of the file when it was opened. */
  readonly bytesTotal: number
  readonly isCompressed: boolean
  /** Fills the buffer from its front and answers how much; 0 at the end. Throws SOURCE_FAILED, SOURCE_BAD_GZIP. */
  read(buffer: Buffer): Promise<number>
  /** Leaves bytes out; answers false if the content ends before. Same errors as `read`. */
  skip(bytes: number): Promise<boolean>
  close(): Promise<void>
}

/**
 * Opens a file for one pass. Gzip is told by its first bytes, not by the name. Throws SOURCE_NOT_FOUND,
 * SOURCE_UNREADABLE, SOURCE_IS_FOLDER and SOURCE_FAILED.
 */
export async function openBytes(path: string): Promise<FileBytes> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(path, error)
  })
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw folderError(path)
    const plain = new PlainBytes(path, handle, stats.size)
    return (await isGzip(handle)) ? new GzipBytes(path, handle, stats.size) : plain
  } catch (error) {
    await handle.close()
    throw error instanceof TocsinError ? error : fileError(path, error)
  }
}

/** Whether the file begins as gzip files do. Pipes, which cannot be read twice, count as plain. */
export async function isGzip(handle: FileHandle): Promise<boolean> {
  const magic = Buffer.alloc(2)
  const { bytesRead } = await handle.read(magic, 0, 2, 0).catch(() => ({ bytesRead: 0 }))
  return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b
}

class PlainBytes implements FileBytes {
  readonly isCompressed = false
  readonly bytesTotal: number
  bytesRead = 0
  readonly #path: string
  readonly #handle: FileHandle
  /** Null as long as the file's own position will do, which is all that a pipe has. */
  #position: number | null = null

  constructor(path: string, handle: FileHandle, bytesTotal: number) {
    this.#path = path
    this.#handle = handle
    this.bytesTotal = bytesTotal
  }

  async read(buffer: Buffer): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#position)
      this.bytesRead += bytesRead
      if (this.#position !== null) this.#position += bytesRead
      return bytesRead
    } catch (error) {
      throw fileError(this.#path, error)
    }
  }

  async skip(bytes: number): Promise<boolean> {
    const target = this.bytesRead + bytes
    const { size } = await this.#handle.stat()
    if (target > size) return false
    this.#position = target
    this.bytesRead = target
    return true
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

class GzipBytes implements FileBytes {
  readonly isCompressed = true
  readonly bytesTotal: number
  readonly #path: string
  readonly #handle: FileHandle
  readonly #packed: ReadStream
  readonly #gunzip: Gunzip
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(path: string, handle: FileHandle, bytesTotal: number) {
    this.#path = path
    this.#handle = handle
    this.bytesTotal = bytesTotal
    this.#packed = handle.createReadStream({ start: 0, autoClose: false })
    this.#gunzip = createGunzip({ chunkSize: 64 * 1024 })
    this.#packed.on('error', (error) => this.#gunzip.destroy(error))
    this.#packed.pipe(this.#gunzip)
    this.#chunks = this.#gunzip.iterator()
  }

  get bytesRead(): number {
    return this.#gunzip.bytesWritten
  }

  async read(buffer: Buffer): Promise<number> {
    if (this.#rest.length === 0) this.#rest = await this.#nextChunk()
    const length = this.#rest.copy(buffer)
    this.#rest = this.#rest.subarray(length)
    return length
  }

  async skip(bytes: number): Promise<boolean> {
    for (let left = bytes; left > 0;) {
      if (this.#rest.length === 0) this.#rest = await this.#nextChunk()
      if (this.#rest.length === 0) return false
      const length = Math.min(left, this.#rest.length)
      this.#rest = this.#rest.subarray(length)
      left -= length
    }
    return true
  }

  async #nextChunk(): Promise<Buffer> {
    try {
      const { done, value } = await this.#chunks.next()
      return done ? Buffer.alloc(0) : value
    } catch (error) {
      const message = `cannot unpack ${this.#path}: ${reasonOf(error)}`
      const hint = 'the file is cut off or damaged: its lines up to this place were read'
      throw new TocsinError('SOURCE_BAD_GZIP', message, { cause: error, hint })
    }
  }

  async close(): Promise<void> {
    this.#packed.destroy()
    this.#gunzip.destroy()
    await this.#handle.close()
  }
}
