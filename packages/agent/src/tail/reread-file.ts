import type { StreamState } from '../journal/record.ts'
import { isReadError } from '../file-error.ts'
import { LineSplitter } from '../lines/split.ts'
import type { BuildContext, RereadStream } from '../source/source.ts'
import { identityOf } from './identity.ts'
import { locateFile } from './locate.ts'
import { SequentialFile } from './sequential-file.ts'

/** Opens a file that was read before, under whatever name it has now; null if it is gone. */
export async function rereadFile(stream: StreamState, context: BuildContext): Promise<RereadStream | null> {
  const identity = identityOf(stream)
  const located = identity && (await locateFile(identity, stream.offset))
  if (!located) return null
  let file = await openOrNull(located.path)
  if (file === null) return null
  return {
    async read(from, to, onLines) {
      const splitter = new LineSplitter(context.maxLineBytes)
      let reached = from
      try {
        for await (const piece of file?.pieces(from, to, splitter) ?? []) {
          onLines(piece.lines)
          reached = piece.to
        }
      } catch (error) {
        if (!isReadError(error)) throw error
      }
      return reached === to
    },
    async close() {
      await file?.close()
      file = null
    },
  }
}

async function openOrNull(path: string): Promise<SequentialFile | null> {
  try {
    return await SequentialFile.open(path)
  } catch (error) {
    if (!isReadError(error)) throw error
    return null
  }
}
