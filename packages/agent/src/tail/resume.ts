import { fileError, isSystemError } from '../file-error.ts'
import type { StreamState } from '../journal/record.ts'
import { identify, identityOf, identityToJson } from './identity.ts'
import { locateFile } from './locate.ts'
import { isSameOrCopy, rotatedSince } from './missed-files.ts'
import type { PathFinder } from './path-finder.ts'
import { readRest } from './read-rest.ts'
import { type OpenedFile, openToTail } from './tail-file.ts'
import type { TailParts } from './tail-parts.ts'

/** A file that is gone on with. */
export interface Resumed {
  readonly opened: OpenedFile
  readonly stream: StreamState
}

/**
 * Goes on where an earlier process stopped: finds the files that it read under whatever name they have now, and reads
 * to their end those of which only a copy is left and those that came and went since. Answers the files that may still
 * grow.
 */
export async function resume(parts: TailParts, finder: PathFinder): Promise<Resumed[]> {
  const { host } = parts
  const resumed: Resumed[] = []
  const rotated = new Set<string>()
  const taken = new Set<string>()
  for (const stream of host.streams()) {
    const identity = identityOf(stream)
    if (stream.ended || !identity || !finder.isWanted(stream.src) || !host.claim(stream.id)) continue
    const located = await locateFile(identity, stream.offset)
    const opened = located?.isSame ? await openAgain(parts, located.path) : null
    if (opened) resumed.push({ opened, stream })
    else if (!located?.isSame) await finishElsewhere(parts, stream, located?.path ?? null)
    if (located) taken.add(located.path)
    if (located?.path !== stream.src) rotated.add(stream.src)
  }
  for (const src of rotated) await readMissed(parts, finder, src, taken)
  return resumed
}

async function openAgain({ notices }: TailParts, path: string): Promise<OpenedFile | null> {
  try {
    return await openToTail(path)
  } catch (error) {
    if (!isSystemError(error)) throw error
    notices.problem(`open ${path}`, fileError(path, error))
    return null
  }
}

/** Reads what is left of a file that is not there any more from its copy, if there is one. */
async function finishElsewhere(parts: TailParts, stream: StreamState, path: string | null): Promise<void> {
  const { host } = parts
  if (path === null) {
    host.logger.warn(`${stream.src} was rotated and is gone: what was written last may not have been read`)
  } else {
    await readWritten(parts, stream, path)
  }
  await host.saveStream(stream.id, { ended: true })
}

/** Reads the files that took a name and lost it again while nobody looked. */
async function readMissed(
  parts: TailParts,
  finder: PathFinder,
  src: string,
  taken: ReadonlySet<string>,
): Promise<void> {
  const { host } = parts
  if (host.lastStepMs === null) return
  for (const file of await rotatedSince(src, host.lastStepMs)) {
    const identities = host.streams().flatMap((stream) => identityOf(stream) ?? [])
    const isKnown = identities.some((identity) => isSameOrCopy(identity, file))
    if (taken.has(file.path) || isKnown || finder.isWanted(file.path)) continue
    host.logger.info(`${file.path}: reading it, it was rotated while nobody read ${src}`)
    const about = identityToJson(identify(file.path, file.inode, file.front))
    const stream = await host.addStream({ src, about, offset: 0 })
    await readWritten(parts, stream, file.path)
    await host.saveStream(stream.id, { ended: true })
  }
}

/** These lines came after the last step, and before everything else that is read: its time does for their arrival. */
async function readWritten(parts: TailParts, stream: StreamState, path: string): Promise<void> {
  const { lastStepMs } = parts.host
  await readRest({
    ...parts,
    stream,
    path,
    replay: true,
    ...(lastStepMs === null ? {} : { atMs: lastStepMs }),
  })
}
