import type { ActiveSet } from '../decision/active-set.ts'
import type { Decision } from '../decision/decision.ts'
import { type DecisionFilter, decisionTest } from '../decision/decision-filter.ts'
import { slotTest } from '../decision/slot-filter.ts'
import { ByteBuffer } from '../server/byte-buffer.ts'
import { DecisionWriter } from '../wire/decision.ts'
import { DecisionBytes } from '../wire/decision-bytes.ts'
import type { PushPosition } from './push-cursor.ts'

/** The most decisions of one message, added and deleted each. */
const messageSize = 1_000

/** What a subscriber wants to be told of. */
export interface PushFilter {
  readonly filter: DecisionFilter
  readonly dedup: boolean
}

export interface PushStep {
  /** JSON of what is to be told; null where all of it is filtered out. */
  readonly data: Buffer | null
  readonly next: PushPosition
}

/**
 * What comes after a position, at most a thousand decisions; null where there is nothing. `lost` where the set does
 * not reach back so far.
 */
export function nextStep(
  set: ActiveSet,
  { filter, dedup }: PushFilter,
  position: PushPosition,
  now: number,
): PushStep | null | 'lost' {
  // While the whole set is sent, what leaves it has to wait: it may not have been sent yet.
  const left = position.isPartial ? [] : set.leftAfter(position.left, messageSize)
  if (left === null) return 'lost'
  if (position.version === set.version && left.length === 0) return null
  const message = new Message(now)
  const { rows } = set
  const isWanted = slotTest(filter, rows)
  const isOutlasted = dedup ? set.slotOutlastTest() : () => false
  const writer = new DecisionBytes(rows, now, true)
  const last = set.scan(position.version, messageSize, (slot) => {
    if (isWanted(slot) && rows.until(slot) > now && !isOutlasted(slot))
      message.add((out) => writer.write(slot, out))
    return true
  })
  const next = { ...position, version: last ?? set.version, left: position.left + left.length }
  return { data: message.withDeleted(toTell(set, { filter, dedup }, left)), next }
}

/** What ended, in messages. */
export function endedData(
  set: ActiveSet,
  wanted: PushFilter,
  ended: readonly Decision[],
  now: number,
): Buffer[] {
  const told = toTell(set, wanted, ended)
  const messages: Buffer[] = []
  for (let at = 0; at < told.length; at += messageSize) {
    const data = new Message(now).withDeleted(told.slice(at, at + messageSize))
    if (data !== null) messages.push(data)
  }
  return messages
}

function toTell(set: ActiveSet, { filter, dedup }: PushFilter, ended: readonly Decision[]): Decision[] {
  if (ended.length === 0) return []
  const test = decisionTest(filter)
  const isOutlasted = dedup ? set.outlastTest() : () => false
  return ended.filter((decision) => test(decision) && !isOutlasted(decision))
}

/** Room that each message is written in: they are made one after another, each without a pause. */
const room = new ByteBuffer(256 * 1024)

class Message {
  readonly #writer: DecisionWriter
  #isEmpty = true

  constructor(now: number) {
    this.#writer = new DecisionWriter(now, true)
    room.clear()
    room.text('{"new":[')
  }

  add(write: (out: ByteBuffer) => void): void {
    if (!this.#isEmpty) room.text(',')
    this.#isEmpty = false
    write(room)
  }

  /** The whole message; null where it says nothing. */
  withDeleted(deleted: readonly Decision[]): Buffer | null {
    if (this.#isEmpty && deleted.length === 0) return null
    room.text(`],"deleted":[${deleted.map((decision) => this.#writer.write(decision)).join()}]}`)
    return room.copy()
  }
}
