import type { FileHandle } from 'node:fs/promises'
import type { StreamState } from '../journal/record.ts'
import type { OpenedFile } from './tail-file.ts'

/** Where a file that was not read before begins, and why. */
export interface Start {
  readonly offset: number
  readonly reason: 'new' | 'end' | 'beginning'
}

export interface StartContext {
  /** Whether the source has only now begun to look; what appears later is new. */
  readonly isFirstLook: boolean
  readonly startAt: 'end' | 'beginning'
  /** Streams of this source that were read before. */
  readonly known: readonly StreamState[]
  /** When an earlier process last took lines, or null. */
  readonly lastStepMs: number | null
}

/**
 * A file that appeared while the agent ran, or while it was down, is read from its beginning; one that was there
 * before the agent ever looked, from its end (or its beginning, if so configured).
 */
export async function startOf(file: OpenedFile, context: StartContext): Promise<Start> {
  if (!context.isFirstLook || context.known.some(({ src }) => src === file.path))
    return { offset: 0, reason: 'new' }
  const isBornLater = context.lastStepMs !== null && file.bornMs > context.lastStepMs
  if (isBornLater) return { offset: 0, reason: 'new' }
  if (context.startAt === 'beginning') return { offset: 0, reason: 'beginning' }
  return { offset: await lastLineEnd(file.handle, file.size), reason: 'end' }
}

/** The place after the last newline, so that a line that is being written is read whole; at most 64 KiB back. */
async function lastLineEnd(handle: FileHandle, size: number): Promise<number> {
  const tail = Buffer.alloc(Math.min(size, 64 * 1024))
  const from = size - tail.length
  const { bytesRead } = await handle.read(tail, 0, tail.length, from)
  const newline = tail.subarray(0, bytesRead).lastIndexOf(10)
  return newline < 0 ? (from === 0 ? 0 : size) : from + newline + 1
}
