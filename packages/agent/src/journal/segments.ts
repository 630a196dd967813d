import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TocsinError } from '@tocsin/model'
import { reasonOf } from '../file-error.ts'

const fdatasyncAsync = promisify(fdatasync)
const segmentName = /^journal-([0-9]{8})$/

/** One file of the journal. */
export interface Segment {
  readonly number: number
  readonly path: string
  bytes: number
}

/**
 * The files of an append-only journal in one folder, the newest of which is written to. An append is in the hands of
 * the system when it returns, so it survives the death of this process; `sync` makes it survive the system's.
 * Synchronous where order matters. Throws AGENT_STATE_FAILED.
 */
export class Segments {
  readonly #folder: string
  readonly #closed: Segment[] = []
  #current: Segment | null = null
  #descriptor = -1
  #written = 0
  #durable = 0
  #syncing: Promise<void> | null = null

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** The segments that an earlier process left, none of them open for writing, oldest first. */
  static open(folder: string): Segments {
    const segments = new Segments(folder)
    segments.#do('open', () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name)
        const match = segmentName.exec(name)
        if (match) segments.#closed.push({ number: Number(match[1]), path, bytes: statSync(path).size })
        else if (/^journal-[0-9]{8}\.new$/.test(name)) rmSync(path, { force: true })
      }
    })
    return segments
  }

  /** Oldest first, the one that is written to last. */
  list(): readonly Segment[] {
    return this.#current ? [...this.#closed, this.#current] : [...this.#closed]
  }

  get currentBytes(): number {
    return this.#current?.bytes ?? 0
  }

  /** Bytes appended by this process so far: a place that `durable` can be compared with. */
  get written(): number {
    return this.#written
  }

  /** Everything appended before this place survives the death of the system. */
  get durable(): number {
    return this.#durable
  }

  /** Whether a new segment may be begun now: not while the old one is being synced. */
  get mayRoll(): boolean {
    return this.#syncing === null
  }

  /** Begins a segment with its first record. It takes the place of the last one at once, whole or not at all. */
  roll(head: Buffer): Segment {
    const number = (this.list().at(-1)?.number ?? 0) + 1
    const path = join(this.#folder, `journal-${String(number).padStart(8, '0')}`)
    this.#do('write', () => {
      const descriptor = openSync(`${path}.new`, 'w', 0o600)
      try {
        writeAll(descriptor, head, 0)
        fsyncSync(descriptor)
        if (this.#descriptor >= 0) fdatasyncSync(this.#descriptor)
        renameSync(`${path}.new`, path)
        syncFolder(this.#folder)
      } catch (error) {
        closeSync(descriptor)
        throw error
      }
      if (this.#descriptor >= 0) closeSync(this.#descriptor)
      this.#descriptor = descriptor
    })
    if (this.#current) this.#closed.push(this.#current)
    this.#current = { number, path, bytes: head.length }
    this.#durable = this.#written
    return this.#current
  }

  /** Appends whole or not at all: what a full disk cut off is taken back. */
  append(bytes: Buffer): void {
    const segment = this.#current
    if (segment === null)
      throw new TocsinError('AGENT_STATE_FAILED', 'cannot write the journal: it is closed')
    this.#do('write', () => {
      try {
        writeAll(this.#descriptor, bytes, segment.bytes)
      } catch (error) {
        ftruncateSync(this.#descriptor, segment.bytes)
        throw error
      }
    })
    segment.bytes += bytes.length
    this.#written += bytes.length
  }

  /** Makes everything that was appended before the call durable. */
  async sync(): Promise<void> {
    const target = this.#written
    while (this.#durable < target) await this.#syncOnce()
  }

  #syncOnce(): Promise<void> {
    this.#syncing ??= this.#syncNow().finally(() => {
      this.#syncing = null
    })
    return this.#syncing
  }

  async #syncNow(): Promise<void> {
    const target = this.#written
    try {
      await fdatasyncAsync(this.#descriptor)
    } catch (error) {
      throw this.#failure('write', error)
    }
    this.#durable = Math.max(this.#durable, target)
  }

  async read(segment: Segment): Promise<Buffer> {
    return await readFile(segment.path).catch((error: unknown) => {
      throw this.#failure('read', error)
    })
  }

  readSync(segment: Segment): Buffer {
    return this.#do('read', () => readFileSync(segment.path))
  }

  /** Deletes the oldest segments for which the answer is yes, up to the first no; never the one in use. */
  deleteOldest(mayGo: (segment: Segment) => boolean): void {
    for (let first = this.#closed[0]; first && mayGo(first); first = this.#closed[0]) {
      const { path } = first
      this.#do('delete', () => rmSync(path, { force: true }))
      this.#closed.shift()
    }
  }

  async close(): Promise<void> {
    if (this.#descriptor < 0) return
    await this.sync()
    closeSync(this.#descriptor)
    this.#descriptor = -1
    this.#current = null
  }

  #do<T>(verb: string, action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw error instanceof TocsinError ? error : this.#failure(verb, error)
    }
  }

  #failure(verb: string, cause: unknown): TocsinError {
    const hint = `make sure that the folder exists, that this user may write to it and that its disk has room`
    const message = `cannot ${verb} the journal in ${this.#folder}: ${reasonOf(cause)}`
    return new TocsinError('AGENT_STATE_FAILED', message, { cause, hint })
  }
}

/** Writes at a fixed place, so that a second try overwrites what a failed one left. */
function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
