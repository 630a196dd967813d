import type { Readable } from 'node:stream'
import { type FileBytes, openBytes } from './file-bytes.ts'
import { LineSplitter } from './split.ts'
import { StreamBytes } from './stream-bytes.ts'

export interface ReadProgress {
  /** Bytes of the file read so far: compressed ones where the file is compressed. */
  readonly bytesRead: number
  /** 0 where nobody knows. */
  readonly bytesTotal: number
}

export interface ReadOnceOptions {
  /** Longer lines are cut. Default 65,536. */
  maxLineBytes?: number
  /** Called after each chunk. */
  onProgress?: (progress: ReadProgress) => void
  /** Stops the reading with the signal's reason. */
  signal?: AbortSignal
}

/** What was read. */
export interface ReadOnceResult {
  readonly bytesRead: number
  readonly lines: number
  readonly cutLines: number
  readonly cutBytes: number
}

const chunkBytes = 256 * 1024

/**
 * Reads a file from its beginning to its end, plain or gzip, in constant memory, and gives its lines in batches;
 * each batch is done with when `onLines` returns, or when its promise settles. Throws SOURCE_UNREADABLE, SOURCE_NOT_FOUND, SOURCE_IS_FOLDER and
 * SOURCE_BAD_GZIP.
 */
export async function readFileOnce(
  path: string,
  onLines: (lines: readonly string[]) => void | Promise<void>,
  options: ReadOnceOptions = {},
): Promise<ReadOnceResult> {
  return await readOnce(await openBytes(path), onLines, options)
}

/** The same for a stream such as standard input, which errors call `name`. The stream is used up. */
export async function readStreamOnce(
  stream: Readable,
  name: string,
  onLines: (lines: readonly string[]) => void | Promise<void>,
  options: ReadOnceOptions = {},
): Promise<ReadOnceResult> {
  return await readOnce(new StreamBytes(stream, name), onLines, options)
}

async function readOnce(
  bytes: Pick<FileBytes, 'bytesRead' | 'bytesTotal' | 'read' | 'close'>,
  onLines: (lines: readonly string[]) => void | Promise<void>,
  options: ReadOnceOptions,
): Promise<ReadOnceResult> {
  const splitter = new LineSplitter(options.maxLineBytes)
  let lines = 0
  const give = async (batch: readonly string[]) => {
    if (batch.length === 0) return
    lines += batch.length
    await onLines(batch)
  }
  try {
    const buffer = Buffer.alloc(chunkBytes)
    for (;;) {
      options.signal?.throwIfAborted()
      const length = await bytes.read(buffer)
      if (length === 0) break
      await give(splitter.push(buffer.subarray(0, length)))
      options.onProgress?.({ bytesRead: bytes.bytesRead, bytesTotal: bytes.bytesTotal })
    }
    await give(splitter.finish())
  } finally {
    await bytes.close()
  }
  return { bytesRead: bytes.bytesRead, lines, cutLines: splitter.cutLines, cutBytes: splitter.cutBytes }
}
