import { LineSplitter } from '../lines/split.ts'
import type { SourceHost } from '../source/source.ts'
import type { LineDelivery } from './line-delivery.ts'
import { SequentialFile } from './sequential-file.ts'

export interface ReadRestOptions {
  readonly host: SourceHost
  readonly delivery: LineDelivery
  /** The stream, and where it is read on. */
  readonly stream: { readonly id: number; readonly src: string; readonly offset: number }
  /** Where its content is, plain or packed. */
  readonly path: string
  readonly replay: boolean
  readonly maxLineBytes: number
  readonly signal?: AbortSignal
}

/**
 * Reads a stream from its offset to the end of a file that does not grow, the last line with or without a newline.
 * Throws SOURCE_NOT_FOUND, SOURCE_UNREADABLE, SOURCE_IS_FOLDER, SOURCE_FAILED and SOURCE_BAD_GZIP.
 */
export async function readRest(options: ReadRestOptions): Promise<void> {
  const { delivery, stream, replay } = options
  const splitter = new LineSplitter(options.maxLineBytes)
  const file = await SequentialFile.open(options.path)
  try {
    for await (const piece of file.pieces(stream.offset, Number.POSITIVE_INFINITY, splitter)) {
      options.signal?.throwIfAborted()
      await delivery.deliver({ ...piece, stream: stream.id, replay }, stream.src, splitter)
    }
  } finally {
    await file.close()
  }
}
