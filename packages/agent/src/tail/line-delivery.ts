import type { LineSplitter } from '../lines/split.ts'
import type { LineBatch, SourceHost } from '../source/source.ts'
import type { Notices } from './notices.ts'

/** Hands the lines of a source on, and counts them. */
export class LineDelivery {
  lines = 0
  bytes = 0
  cutLines = 0
  cutBytes = 0
  lastLineMs: number | null = null
  readonly #host: SourceHost
  readonly #notices: Notices
  readonly #cut = new WeakMap<LineSplitter, { lines: number; bytes: number }>()

  constructor(host: SourceHost, notices: Notices) {
    this.#host = host
    this.#notices = notices
  }

  /** Settles when the lines are processed and the source may go on. Pieces without lines only move the offset. */
  async deliver(batch: LineBatch, src: string, splitter: LineSplitter): Promise<void> {
    this.#countCut(src, splitter)
    if (batch.to === batch.from) return
    this.lines += batch.lines.length
    this.bytes += batch.to - batch.from
    if (batch.lines.length > 0) this.lastLineMs = this.#host.now()
    await this.#host.deliver(batch)
  }

  #countCut(src: string, splitter: LineSplitter): void {
    const before = this.#cut.get(splitter) ?? { lines: 0, bytes: 0 }
    if (splitter.cutLines === before.lines) return
    this.cutLines += splitter.cutLines - before.lines
    this.cutBytes += splitter.cutBytes - before.bytes
    this.#cut.set(splitter, { lines: splitter.cutLines, bytes: splitter.cutBytes })
    const text = `a line of ${src} was longer than ${splitter.maxLineBytes} bytes and was cut there; more are only counted`
    this.#notices.once(`cut ${src}`, text, 'warn')
  }
}
