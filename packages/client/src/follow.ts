import type { WireDecision } from '@tocsin/model'
import { DecisionStreamReader, type StreamPart } from './decision-stream.ts'
import { EventStreamReader, type StreamMessage } from './event-stream.ts'
import type { CallOptions } from './transport.ts'

/**
 * What a followed stream brings.
 * - `channel` comes first: `push` where the server pushes, `pull` where it knows no push; then one whole pull comes
 *   as `changes`, and the iteration ends.
 * - `changes`: decisions in the order of arrival; while the whole set is sent they are pieces of it. The cursor is
 *   where the stream stands afterwards, null where the server names none.
 * - `ready`: the whole set was sent.
 * - `reset`: the server does not know the cursor; the whole set begins anew and ends with `ready`.
 * - `alive`: something was heard that says nothing, such as a keep-alive.
 */
export type Followed =
  | { kind: 'channel'; channel: 'push' | 'pull' }
  | { kind: 'changes'; new: WireDecision[]; deleted: WireDecision[]; cursor: string | null }
  | { kind: 'ready' | 'reset'; cursor: string | null }
  | { kind: 'alive' }

export interface FollowOptions extends CallOptions {
  /** Where an earlier stream stood when it broke off: it goes on there. Null begins anew. */
  cursor?: string | null
  /** How long the server may be silent; it sends a keep-alive every 15 s. Default 45,000. */
  silenceMs?: number
}

export const eventStreamType = 'text/event-stream'
export const defaultSilenceMs = 45_000

/** What can be sent back in a header. */
const sendable = /^[\x21-\x7e]{1,256}$/

/** Why a stream cannot be read on. */
export class FollowFailure extends Error {}

/** A pull as it arrives. Throws FollowFailure where it is none. */
export async function* readPull(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamPart, void, undefined> {
  const reader = new DecisionStreamReader()
  for await (const piece of chunks) {
    yield* reader.feed(piece)
    if (reader.failure !== undefined) break
  }
  const failure = reader.end()
  if (failure !== undefined) throw new FollowFailure(failure)
}

/** Pushed events as they arrive, until the stream ends. Throws FollowFailure where it is none. */
export async function* readPush(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Followed, void, undefined> {
  const reader = new EventStreamReader()
  for await (const piece of chunks) {
    let said = false
    for (const message of reader.feed(piece)) {
      const followed = readMessage(message)
      if (followed === null) continue
      said = true
      yield followed
    }
    if (reader.failure !== undefined) throw new FollowFailure(reader.failure)
    if (!said) yield { kind: 'alive' }
  }
}

/** Null for events of a kind that we do not know: later servers may send more. */
function readMessage({ id, event, data }: StreamMessage): Followed | null {
  const cursor = sendable.test(id) ? id : null
  if (event === 'ready' || event === 'reset') return { kind: event, cursor }
  if (event !== 'decisions') return null
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    throw new FollowFailure('an event is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null) throw new FollowFailure('an event holds no decisions')
  return {
    kind: 'changes',
    new: readList('new' in parsed ? parsed.new : null),
    deleted: readList('deleted' in parsed ? parsed.deleted : null),
    cursor,
  }
}

function readList(list: unknown): WireDecision[] {
  if (list === null || list === undefined) return []
  if (!Array.isArray(list)) throw new FollowFailure('an event holds no decisions')
  return list as WireDecision[]
}
