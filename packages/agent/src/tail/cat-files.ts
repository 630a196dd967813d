import type { StreamState } from '../journal/record.ts'
import { fileError, isReadError } from '../file-error.ts'
import type { SourceHost } from '../source/source.ts'
import { beginsAs, identify, identityOf, identityToJson } from './identity.ts'
import { PathFinder } from './path-finder.ts'
import { readRest } from './read-rest.ts'
import { openToTail } from './tail-file.ts'
import type { TailParts } from './tail-parts.ts'

/**
 * Reads the files of a source once, plain or packed, on the clock of their lines. What an earlier process read of
 * them is not read again.
 */
export async function catFiles(parts: TailParts, signal: AbortSignal): Promise<void> {
  const { spec, host, notices } = parts
  const finder = new PathFinder(spec.patterns, spec.excluded, notices)
  await finder.expand()
  const found = await finder.find()
  await host.caughtUp()
  for (const { path } of found) {
    if (signal.aborted) return
    try {
      await catFile(parts, path, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!isReadError(error)) throw error
      notices.problem(path, error)
    }
  }
}

async function catFile(parts: TailParts, path: string, signal: AbortSignal): Promise<void> {
  const { host } = parts
  const stream = await streamOf(host, path)
  if (stream === null) {
    host.logger.info(`${path} was read before: it is not read again`)
    return
  }
  const isWhole = await readRest({ ...parts, stream, path, replay: true, signal })
  if (isWhole) await host.saveStream(stream.id, { ended: true })
  if (isWhole) host.logger.info(`${path} was read to its end`)
}

/** The stream of a file, a known one if it was begun before; null if it was read to its end. */
async function streamOf(host: SourceHost, path: string): Promise<StreamState | null> {
  const opened = await openToTail(path).catch((error: unknown) => {
    throw fileError(path, error)
  })
  await opened.handle.close()
  const { inode, front } = opened
  const known = host.streams().findLast((stream) => {
    const identity = identityOf(stream)
    return identity?.inode === inode && beginsAs(identity, front)
  })
  if (known?.ended) return null
  if (known && host.claim(known.id)) return known
  return await host.addStream({ src: path, about: identityToJson(identify(path, inode, front)), offset: 0 })
}
