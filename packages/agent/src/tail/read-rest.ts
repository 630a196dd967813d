import { isReadError } from '../file-error.ts'
import { LineSplitter } from '../lines/split.ts'
import { SequentialFile } from './sequential-file.ts'
import type { TailParts } from './tail-parts.ts'

export interface ReadRestOptions extends TailParts {
  /** The stream, and where it is read on. */
  readonly stream: { readonly id: number; readonly src: string; readonly offset: number }
  /** Where its content is, plain or packed. */
  readonly path: string
  readonly replay: boolean
  /** About when the lines were written; now if absent. */
  readonly atMs?: number
  readonly signal?: AbortSignal
}

/**
 * Reads a stream from its offset to the end of a file that does not grow, the last line with or without a newline.
 * False where the file cannot be read to its end, which is said.
 */
export async function readRest(options: ReadRestOptions): Promise<boolean> {
  const { delivery, stream, replay, atMs, path, notices, context, signal } = options
  const splitter = new LineSplitter(context.maxLineBytes)
  const time = atMs === undefined ? {} : { atMs }
  let file: SequentialFile | null = null
  try {
    file = await SequentialFile.open(path)
    for await (const piece of file.pieces(stream.offset, Number.POSITIVE_INFINITY, splitter)) {
      signal?.throwIfAborted()
      await delivery.deliver({ ...piece, stream: stream.id, replay, ...time }, stream.src, splitter)
    }
    return true
  } catch (error) {
    if (!isReadError(error)) throw error
    notices.problem(`read ${path}`, error)
    return false
  } finally {
    await file?.close()
  }
}
