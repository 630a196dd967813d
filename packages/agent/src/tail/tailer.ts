import type { BigIntStats } from 'node:fs'
import type { StreamState } from '../journal/record.ts'
import { fileError, isSystemError } from '../file-error.ts'
import { adopt } from './adopt.ts'
import { catchUp } from './catch-up.ts'
import { ChangeHints } from './change-hints.ts'
import { identityToJson, inodeOf } from './identity.ts'
import { findCopyBeside } from './locate.ts'
import { type FoundFile, PathFinder } from './path-finder.ts'
import { readRest } from './read-rest.ts'
import { resume } from './resume.ts'
import { type OpenedFile, openToTail, TailFile } from './tail-file.ts'
import type { TailParts } from './tail-parts.ts'

const chunkBytes = 128 * 1024
/** A file gives way to the others after so many chunks. */
const chunksInTurn = 16
/** A file that has no name here any more may still be written to, until the writer notices. */
const orphanMs = 60_000

/**
 * Follows the files of one source. It goes by inodes, not by names: a file that is renamed is read on under its new
 * name, to its end; a name that leads to another inode (rotation, a symbolic link that was switched) means a new
 * file, which is read after the old one. A file whose first bytes change or which shrinks was truncated: what was
 * not read yet is looked for in the copy that `copytruncate` makes, then the file is read from its beginning.
 */
export class Tailer {
  readonly #parts: TailParts
  readonly #finder: PathFinder
  readonly #hints = new ChangeHints()
  readonly #buffer = Buffer.alloc(chunkBytes)
  /** By inode. */
  readonly #open = new Map<string, TailFile>()
  /** Inodes that are not to be followed: packed files, copies of followed ones. */
  readonly #ignored = new Set<string>()
  #isFirstLook = true
  #expandedMs = Number.NEGATIVE_INFINITY

  constructor(parts: TailParts) {
    this.#parts = parts
    this.#finder = new PathFinder(parts.spec.patterns, parts.spec.excluded, parts.notices)
  }

  get files(): readonly TailFile[] {
    return [...this.#open.values()]
  }

  async run(signal: AbortSignal): Promise<void> {
    const { host, spec } = this.#parts
    try {
      for (const { opened, stream } of await resume(this.#parts, this.#finder))
        await this.#follow(opened, stream)
      await this.#look(await this.#find())
      this.#isFirstLook = false
      await catchUp({ ...this.#parts, buffer: this.#buffer }, this.files, signal)
      await host.caughtUp()
      while (!signal.aborted) {
        const busyMs = await this.#round(signal)
        const isBehind = this.files.some((file) => !file.atEnd)
        if (!isBehind) await this.#hints.pause(spec.pollMs, busyMs, signal)
      }
    } finally {
      this.#hints.close()
      await Promise.all(this.files.map((file) => file.close()))
      this.#open.clear()
    }
  }

  /** One look at everything; answers how long to leave the files alone at least. */
  async #round(signal: AbortSignal): Promise<number> {
    const startedMs = performance.now()
    const found = await this.#find()
    const byInode = new Map(found.map((file) => [inodeOf(file.stats), file]))
    for (const [inode, file] of this.#open) {
      if (signal.aborted) return 0
      const named = byInode.get(inode)
      this.#noteName(file, named)
      if (!named || !file.isUnchanged(named.stats)) await this.#drain(inode, file, signal)
    }
    if (!signal.aborted) await this.#look(found)
    return (performance.now() - startedMs) * 2
  }

  async #find(): Promise<FoundFile[]> {
    const { host, spec } = this.#parts
    if (host.now() - this.#expandedMs >= spec.discoveryMs || host.now() < this.#expandedMs) {
      this.#expandedMs = host.now()
      await this.#finder.expand()
      if (spec.hints) await this.#hints.watch(this.#finder.folders)
    }
    return await this.#finder.find()
  }

  #noteName(file: TailFile, named: FoundFile | undefined): void {
    if (named) {
      file.orphanedMs = null
      if (named.path !== file.identity.path) file.rename(named.path)
    } else if (file.orphanedMs === null) {
      file.orphanedMs = this.#parts.host.now()
    }
  }

  /** Reads a file to its end, or until it is the turn of others. */
  async #drain(inode: string, file: TailFile, signal: AbortSignal): Promise<void> {
    const { spec, host, notices } = this.#parts
    try {
      for (let turn = 0; turn < chunksInTurn && !signal.aborted; turn++) {
        const chunk = await file.next(this.#buffer)
        if (chunk.kind === 'replaced') return await this.#replaced(inode, file)
        if (chunk.kind === 'end') break
        file.lastReadMs = host.now()
        await this.#deliver(file, chunk, spec.replay)
      }
      if (file.isIdentityNew) await host.saveStream(file.stream, { about: identityToJson(file.identity) })
      file.isIdentityNew = false
      await this.#endOrphan(inode, file)
    } catch (error) {
      signal.throwIfAborted()
      if (!isSystemError(error)) throw error
      notices.problem(`read ${file.src}`, fileError(file.src, error))
      await this.#forget(inode, file)
    }
  }

  async #deliver(
    file: TailFile,
    chunk: { readonly lines: readonly string[]; readonly from: number; readonly to: number },
    replay: boolean,
  ): Promise<void> {
    const { lines, from, to } = chunk
    await this.#parts.delivery.deliver(
      { stream: file.stream, lines, from, to, replay },
      file.src,
      file.splitter,
    )
  }

  /** The content is another one than was read so far. */
  async #replaced(inode: string, file: TailFile): Promise<void> {
    const { host, spec } = this.#parts
    const copy = await findCopyBeside(file.identity, file.offset)
    if (copy) {
      const stream = { id: file.stream, src: file.src, offset: file.offset }
      await readRest({ ...this.#parts, stream, path: copy.path, replay: spec.replay })
    } else {
      const last = file.finish()
      if (last.kind === 'lines') await this.#deliver(file, last, spec.replay)
    }
    host.logger.info(`${file.src} was truncated: it is read from its beginning`)
    await host.saveStream(file.stream, { ended: true })
    await this.#forget(inode, file)
  }

  /** Lets go of a file that nobody has written to since it lost its name. */
  async #endOrphan(inode: string, file: TailFile): Promise<void> {
    const { host, spec } = this.#parts
    if (file.orphanedMs === null || !file.atEnd) return
    const quietSinceMs = Math.max(file.orphanedMs, file.lastReadMs)
    if (host.now() - quietSinceMs < orphanMs) return
    const last = file.finish()
    if (last.kind === 'lines') await this.#deliver(file, last, spec.replay)
    await host.saveStream(file.stream, { about: identityToJson(file.identity), ended: true })
    await this.#forget(inode, file)
  }

  async #forget(inode: string, file: TailFile): Promise<void> {
    this.#open.delete(inode)
    await file.close().catch(() => undefined)
  }

  /** Opens what is there and not known yet. */
  async #look(found: readonly FoundFile[]): Promise<void> {
    const there = new Set(found.map(({ stats }) => inodeOf(stats)))
    for (const inode of this.#ignored) if (!there.has(inode)) this.#ignored.delete(inode)
    for (const { path, stats } of found) {
      const inode = inodeOf(stats)
      if (this.#open.has(inode) || this.#ignored.has(inode)) continue
      // The file that had this name before is read to its end first.
      const isWaiting = this.files.some((file) => file.src === path && !file.atEnd && !this.#isFirstLook)
      if (!isWaiting) await this.#openPath(path, stats)
    }
  }

  async #openPath(path: string, stats: BigIntStats): Promise<void> {
    const { notices } = this.#parts
    const subject = `open ${path}`
    let opened: OpenedFile | null = null
    try {
      opened = await openToTail(path)
      // Between the look and the opening the name may have come to lead elsewhere: the next look will tell.
      const isAsFound = opened.inode === inodeOf(stats)
      const stream = isAsFound ? await adopt(this.#parts, opened, this.#isFirstLook) : null
      if (isAsFound && !stream) this.#ignored.add(opened.inode)
      if (stream) await this.#follow(opened, stream)
      else await opened.handle.close()
      notices.solved(subject, `${path} can be read now`)
    } catch (error) {
      await opened?.handle.close().catch(() => undefined)
      if (!isSystemError(error)) throw error
      notices.problem(subject, fileError(path, error))
    }
  }

  async #follow(opened: OpenedFile, stream: StreamState): Promise<void> {
    if (this.#open.has(opened.inode)) await opened.handle.close()
    else this.#open.set(opened.inode, new TailFile(opened, stream, this.#parts.context.maxLineBytes))
  }
}
