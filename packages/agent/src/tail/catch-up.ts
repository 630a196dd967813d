import type { Chunk, TailFile } from './tail-file.ts'
import type { TailParts } from './tail-parts.ts'

/** Lines that are not older are taken as written now. */
const freshMs = 5000

export interface CatchUpParts extends TailParts {
  readonly buffer: Buffer
}

/** A file with lines from before the start. */
interface Backlog {
  readonly file: TailFile
  readonly from: number
  readonly to: number
  /** Between these times the lines were written. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Reads what was written to files while nobody read them. New buckets run on the lines' own clock: a day of lines
 * that is read in a second must not look like one attack. Where a clock is needed nevertheless, for buckets that were
 * alive when the reading stopped, a line's time is estimated by its place between what was read last and the end.
 * The files are read side by side in the order of these times.
 */
export async function catchUp(
  parts: CatchUpParts,
  files: readonly TailFile[],
  signal: AbortSignal,
): Promise<void> {
  const { host } = parts
  const nowMs = host.now()
  // Later than any step before: what these lines begin can be told from what was alive then.
  const fromMs = Math.min(host.lastStepMs === null ? nowMs : host.lastStepMs + 1, nowMs)
  let waiting = files.filter((file) => file.behindBytes > 0).map((file) => backlogOf(file, fromMs, nowMs))
  const isFresh = host.lastStepMs !== null && nowMs - fromMs <= freshMs
  if (waiting.length === 0 || isFresh) return
  const bytes = waiting.reduce((sum, { from, to }) => sum + to - from, 0)
  host.logger.info(`catching up: ${bytes} bytes in ${waiting.length} files were written before the start`)
  while (waiting.length > 0 && !signal.aborted) {
    const next = waiting.reduce((first, other) => (timeAt(other) < timeAt(first) ? other : first))
    const isMore = await readSome(parts, next)
    if (!isMore) waiting = waiting.filter((backlog) => backlog !== next)
  }
}

function backlogOf(file: TailFile, fromMs: number, nowMs: number): Backlog {
  const beginMs = file.offset === 0 ? clamp(file.bornMs, fromMs, nowMs) : fromMs
  const toMs = clamp(file.changedMs, beginMs, nowMs)
  return { file, from: file.offset, to: file.offset + file.behindBytes, fromMs: beginMs, toMs }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

function timeAt({ file, from, to, fromMs, toMs }: Backlog): number {
  return Math.round(fromMs + ((toMs - fromMs) * (file.offset - from)) / (to - from))
}

/** Whether there is more. A file that was replaced or fails meanwhile is left to the rounds that follow. */
async function readSome({ delivery, host, buffer }: CatchUpParts, backlog: Backlog): Promise<boolean> {
  const { file } = backlog
  const atMs = timeAt(backlog)
  const chunk = await file.next(buffer, backlog.to).catch((): Chunk => ({ kind: 'end' }))
  if (chunk.kind !== 'lines') return false
  file.lastReadMs = host.now()
  const { lines, from, to } = chunk
  await delivery.deliver(
    { stream: file.stream, lines, from, to, replay: true, atMs },
    file.src,
    file.splitter,
  )
  return true
}
