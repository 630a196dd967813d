import type { BigIntStats } from 'node:fs'
import { TocsinError } from '@tocsin/model'
import { fileError } from '../lines/file-error.ts'
import type { StreamState } from '../journal/record.ts'
import type { BuildContext, SourceHost } from '../source/source.ts'
import { ChangeHints } from './change-hints.ts'
import { catchUp } from './catch-up.ts'
import type { FileSpec } from './file-spec.ts'
import { beginsAs, identify, identityOf, identityToJson, inodeOf } from './identity.ts'
import type { LineDelivery } from './line-delivery.ts'
import { findCopyBeside, locateFile, mayBeCopy } from './locate.ts'
import { isSameOrCopy, rotatedSince } from './missed-files.ts'
import type { Notices } from './notices.ts'
import { type FoundFile, PathFinder } from './path-finder.ts'
import { readRest } from './read-rest.ts'
import { startOf } from './start-offset.ts'
import { type OpenedFile, openToTail, TailFile } from './tail-file.ts'

const chunkBytes = 128 * 1024
/** A file gives way to the others after so many chunks. */
const chunksInTurn = 16
/** A file that has no name here any more may still be written to, until the writer notices. */
const orphanMs = 60_000

export interface TailerParts {
  readonly spec: FileSpec
  readonly context: BuildContext
  readonly host: SourceHost
  readonly delivery: LineDelivery
  readonly notices: Notices
}

/**
 * Follows the files of one source. It goes by inodes, not by names: a file that is renamed is read on under its new
 * name, to its end; a name that leads to another inode (rotation, a symbolic link that was switched) means a new
 * file, which is read after the old one. A file whose first bytes change or which shrinks was truncated: what was
 * not read yet is looked for in the copy that `copytruncate` makes, then the file is read from its beginning.
 */
export class Tailer {
  readonly #parts: TailerParts
  readonly #finder: PathFinder
  readonly #hints = new ChangeHints()
  readonly #buffer = Buffer.alloc(chunkBytes)
  /** By inode. */
  readonly #open = new Map<string, TailFile>()
  /** Inodes that are not to be followed: packed files, copies of followed ones. */
  readonly #ignored = new Set<string>()
  #isFirstLook = true
  #expandedMs = Number.NEGATIVE_INFINITY

  constructor(parts: TailerParts) {
    this.#parts = parts
    this.#finder = new PathFinder(parts.spec.patterns, parts.spec.excluded, parts.notices)
  }

  get files(): readonly TailFile[] {
    return [...this.#open.values()]
  }

  async run(signal: AbortSignal): Promise<void> {
    const { host, spec } = this.#parts
    try {
      await this.#resume()
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
      await this.#readCopy(stream, copy.path, this.#parts.spec.replay)
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
      const isAsFound = opened.inode === inodeOf(stats) && !this.#open.has(opened.inode)
      const taken = isAsFound && (await this.#adopt(opened))
      if (!taken) await opened.handle.close()
      notices.solved(subject, `${path} can be read now`)
    } catch (error) {
      await opened?.handle.close().catch(() => undefined)
      if (!isSystemError(error)) throw error
      notices.problem(subject, fileError(path, error))
    }
  }

  /** Decides where a file is read from. False where it is not read at all. */
  async #adopt(opened: OpenedFile): Promise<boolean> {
    const { host, context, notices } = this.#parts
    const { path, inode, front, size } = opened
    if (opened.isCompressed) {
      this.#ignored.add(inode)
      notices.once(`packed ${path}`, `${path} is compressed: it is not followed`)
      return false
    }
    const known = host.streams().toReversed()
    const resumed = known.find((stream) => {
      const identity = identityOf(stream)
      return identity?.inode === inode && stream.offset <= size && beginsAs(identity, front)
    })
    if (resumed && host.claim(resumed.id)) {
      const about = identityToJson(identify(path, inode, front))
      await host.saveStream(resumed.id, { about, ended: false })
      this.#follow(opened, resumed)
      return true
    }
    if (known.some((stream) => this.#isCopyOf(stream, opened))) {
      this.#ignored.add(inode)
      return false
    }
    const start = await startOf(opened, {
      isFirstLook: this.#isFirstLook,
      startAt: context.startAt,
      known,
      lastStepMs: host.lastStepMs,
    })
    const about = identityToJson(identify(path, inode, front))
    const stream = await host.addStream({ src: path, about, offset: start.offset })
    this.#follow(opened, stream)
    if (start.reason === 'end' && start.offset > 0) {
      host.logger.info(
        `${path}: reading what is written from now on; ${start.offset} bytes were there before`,
      )
    } else {
      host.logger.info(`${path}: reading from the beginning`)
    }
    return true
  }

  #isCopyOf(stream: StreamState, opened: OpenedFile): boolean {
    const identity = identityOf(stream)
    return identity !== null && mayBeCopy(identity, opened.path) && beginsAs(identity, opened.front)
  }

  #follow(opened: OpenedFile, stream: StreamState): void {
    const maxLineBytes = this.#parts.context.maxLineBytes
    this.#open.set(opened.inode, new TailFile(opened, stream, maxLineBytes))
  }

  /** Goes on where an earlier process stopped, with the files that have been rotated since first. */
  async #resume(): Promise<void> {
    const { host } = this.#parts
    const rotated = new Set<string>()
    const taken = new Set<string>()
    for (const stream of host.streams()) {
      const identity = identityOf(stream)
      if (stream.ended || !identity || !this.#finder.isWanted(stream.src)) continue
      const located = await locateFile(identity, stream.offset)
      if (located?.isSame) await this.#reopen(located.path, stream)
      else await this.#finishElsewhere(stream, located?.path ?? null)
      if (located) taken.add(located.path)
      if (located?.path !== stream.src) rotated.add(stream.src)
    }
    for (const src of rotated) await this.#readMissed(src, taken)
  }

  /** Reads the files that took a name and lost it again while nobody looked. */
  async #readMissed(src: string, taken: ReadonlySet<string>): Promise<void> {
    const { host } = this.#parts
    if (host.lastStepMs === null) return
    for (const file of await rotatedSince(src, host.lastStepMs)) {
      const identities = host.streams().flatMap((stream) => identityOf(stream) ?? [])
      const isKnown = identities.some((identity) => isSameOrCopy(identity, file))
      if (taken.has(file.path) || isKnown || this.#finder.isWanted(file.path)) continue
      host.logger.info(`${file.path}: reading it, it was rotated while nobody read ${src}`)
      const about = identityToJson(identify(file.path, file.inode, file.front))
      const stream = await host.addStream({ src, about, offset: 0 })
      await this.#readCopy(stream, file.path, true)
      await host.saveStream(stream.id, { ended: true })
    }
  }

  async #reopen(path: string, stream: StreamState): Promise<void> {
    try {
      const opened = await openToTail(path)
      if (this.#open.has(opened.inode) || !this.#parts.host.claim(stream.id)) await opened.handle.close()
      else this.#follow(opened, stream)
    } catch (error) {
      if (!isSystemError(error)) throw error
      this.#parts.notices.problem(path, fileError(path, error))
    }
  }

  /** Reads what is left of a file that is not there any more from its copy, if there is one. */
  async #finishElsewhere(stream: StreamState, path: string | null): Promise<void> {
    const { host } = this.#parts
    if (!host.claim(stream.id)) return
    if (path !== null) await this.#readCopy(stream, path, true)
    else
      host.logger.warn(`${stream.src} was rotated and is gone: what was written last may not have been read`)
    await host.saveStream(stream.id, { ended: true })
  }

  async #readCopy(
    stream: { readonly id: number; readonly src: string; readonly offset: number },
    path: string,
    replay: boolean,
  ): Promise<void> {
    const { host, delivery, notices } = this.#parts
    const maxLineBytes = this.#parts.context.maxLineBytes
    try {
      await readRest({ host, delivery, stream, path, replay, maxLineBytes })
    } catch (error) {
      // The rest of the copy cannot be had; the file itself is read on.
      if (!isReadError(error)) throw error
      notices.problem(`read ${path}`, error)
    }
  }
}

/** An error of the system while a file was read: another file may do better, and this one later. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function isReadError(error: unknown): boolean {
  return error instanceof TocsinError && error.code.startsWith('SOURCE_')
}
