import type { StreamState } from '../journal/record.ts'
import { beginsAs, identify, identityOf, identityToJson } from './identity.ts'
import { mayBeCopy } from './locate.ts'
import { startOf } from './start-offset.ts'
import type { OpenedFile } from './tail-file.ts'
import type { TailParts } from './tail-parts.ts'

/**
 * Decides where a file that was found is read from, and claims its stream: a known one is gone on with, a copy of a
 * known one and a packed file are not read at all (null), another one begins as startOf says.
 */
export async function adopt(
  { host, context, notices }: TailParts,
  opened: OpenedFile,
  isFirstLook: boolean,
): Promise<StreamState | null> {
  const { path, inode, front } = opened
  if (opened.isCompressed) {
    notices.once(`packed ${path}`, `${path} is compressed: it is not followed`)
    return null
  }
  const about = identityToJson(identify(path, inode, front))
  const known = host.streams()
  const resumed = known.findLast((stream) => isSameFile(stream, opened))
  if (resumed && host.claim(resumed.id)) {
    await host.saveStream(resumed.id, { about, ended: false })
    return resumed
  }
  if (known.some((stream) => isCopy(stream, opened))) return null
  const { startAt } = context
  const start = await startOf(opened, { isFirstLook, startAt, known, lastStepMs: host.lastStepMs })
  const stream = await host.addStream({ src: path, about, offset: start.offset })
  const isCut = start.reason === 'end' && start.offset > 0
  const what = `reading what is written from now on; ${start.offset} bytes were there before`
  host.logger.info(`${path}: ${isCut ? what : 'reading from the beginning'}`)
  return stream
}

function isSameFile(stream: StreamState, { inode, front, size }: OpenedFile): boolean {
  const identity = identityOf(stream)
  return identity?.inode === inode && stream.offset <= size && beginsAs(identity, front)
}

function isCopy(stream: StreamState, { path, front }: OpenedFile): boolean {
  const identity = identityOf(stream)
  return identity !== null && mayBeCopy(identity, path) && beginsAs(identity, front)
}
