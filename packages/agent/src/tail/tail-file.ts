import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isGzip } from '../lines/file-bytes.ts'
import { LineSplitter } from '../lines/split.ts'
import { beginsAs, type FileIdentity, identify, inodeOf, isPartial, readFront } from './identity.ts'

/** A file that was opened to be looked at. */
export interface OpenedFile {
  readonly path: string
  readonly handle: FileHandle
  readonly inode: string
  readonly size: number
  readonly front: Buffer
  readonly isCompressed: boolean
  readonly bornMs: number
  readonly changedMs: number
}

/** Opens a file and reads what tells it from others. Throws what the system says. */
export async function openToTail(path: string): Promise<OpenedFile> {
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat({ bigint: true })
    return {
      path,
      handle,
      inode: inodeOf(stats),
      size: Number(stats.size),
      front: await readFront(handle),
      isCompressed: await isGzip(handle),
      bornMs: Number(stats.birthtimeMs),
      changedMs: Number(stats.mtimeMs),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** What one read gave. `lines`: more may follow; `end`: all is read; `replaced`: the content is another one now. */
export type Chunk =
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly from: number; readonly to: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'replaced' }

/** A file that is read while it grows. */
export class TailFile {
  readonly stream: number
  readonly src: string
  readonly splitter: LineSplitter
  readonly #handle: FileHandle
  #identity: FileIdentity
  #readOffset: number
  #givenOffset: number
  #size: number
  #changed = 0n
  /** Whether the last read found the end. */
  atEnd = false
  /** Since when no name of the source leads to the file any more; null while one does. */
  orphanedMs: number | null = null
  /** When the file last gave something. */
  lastReadMs = 0
  /** Whether its identity is another one than the journal knows. */
  isIdentityNew = false
  /** When the file came to be and was last written to, as its system said when it was opened. */
  readonly bornMs: number
  readonly changedMs: number

  constructor(opened: OpenedFile, stream: { id: number; src: string; offset: number }, maxLineBytes: number) {
    this.stream = stream.id
    this.src = stream.src
    this.splitter = new LineSplitter(maxLineBytes)
    this.#handle = opened.handle
    this.#identity = identify(opened.path, opened.inode, opened.front)
    this.#readOffset = stream.offset
    this.#givenOffset = stream.offset
    this.#size = opened.size
    this.bornMs = opened.bornMs
    this.changedMs = opened.changedMs
  }

  get identity(): FileIdentity {
    return this.#identity
  }

  /** The end of the last whole line that was read. */
  get offset(): number {
    return this.#givenOffset
  }

  /** Bytes that were not read yet, as far as is known. */
  get behindBytes(): number {
    return Math.max(0, this.#size - this.#readOffset)
  }

  /** Whether the file looks as it did when its end was found. */
  isUnchanged(stats: BigIntStats): boolean {
    return this.atEnd && Number(stats.size) === this.#readOffset && stats.mtimeNs === this.#changed
  }

  /** The file has another name now. */
  rename(path: string): void {
    this.#identity = { ...this.#identity, path }
    this.isIdentityNew = true
  }

  /** Reads on, into the buffer, at most up to `limit`. Throws what the system says. */
  async next(buffer: Buffer, limit = Number.POSITIVE_INFINITY): Promise<Chunk> {
    const wanted = Math.min(buffer.length, limit - this.#readOffset)
    if (wanted <= 0) return { kind: 'end' }
    const { bytesRead } = await this.#handle.read(buffer, 0, wanted, this.#readOffset)
    // The front is looked at after reading: if it is still the same, so was what was read.
    if (!(await this.#isSame())) return { kind: 'replaced' }
    this.atEnd = bytesRead === 0
    if (bytesRead === 0) return { kind: 'end' }
    const lines = this.splitter.push(buffer.subarray(0, bytesRead))
    this.#readOffset += bytesRead
    return this.#given(lines, this.#readOffset - this.splitter.pendingBytes)
  }

  /** The last line, if it has no newline and never will. */
  finish(): Chunk {
    const lines = this.splitter.finish()
    return this.#given(lines, this.#readOffset)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #given(lines: readonly string[], to: number): Chunk {
    const from = this.#givenOffset
    this.#givenOffset = to
    return { kind: 'lines', lines, from, to }
  }

  async #isSame(): Promise<boolean> {
    const stats = await this.#handle.stat({ bigint: true })
    this.#size = Number(stats.size)
    this.#changed = stats.mtimeNs
    if (this.#size < this.#readOffset) return false
    const front = await readFront(this.#handle)
    if (!beginsAs(this.#identity, front)) return false
    if (isPartial(this.#identity) && front.length > this.#identity.length) {
      this.#identity = identify(this.#identity.path, this.#identity.inode, front)
      this.isIdentityNew = true
    }
    return true
  }
}
