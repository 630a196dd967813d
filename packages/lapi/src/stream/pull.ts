import type { ActiveSet } from '../decision/active-set.ts'
import { ActiveReader } from '../decision/active-reader.ts'
import { type DecisionFilter, decisionTest } from '../decision/decision-filter.ts'
import type { ByteBuffer } from '../server/byte-buffer.ts'
import { pieceLength, type Writing } from '../server/byte-stream.ts'
import type { Store } from '../store/store.ts'
import { DecisionWriter } from '../wire/decision.ts'
import { DecisionBytes } from '../wire/decision-bytes.ts'
import type { Cursor } from './cursors.ts'
import { readEnded } from './read-ended.ts'

/** A delta repeats what ended shortly before the pull before it, so that nothing falls between two clocks. */
const overlapMs = 2_000

export interface Pull {
  readonly filter: DecisionFilter
  /** Where the client stands; undefined asks for everything. */
  readonly cursor: Cursor | undefined
  readonly dedup: boolean
  readonly now: number
  /** The version of the set at the beginning of the pull. */
  readonly version: number
}

const comma = 0x2c

/** The answer without decisions. */
export const emptyPull = '{"new": [], "deleted": []}'

/** Writes the JSON of a pull. */
export async function* writePull(set: ActiveSet, store: Store, pull: Pull, out: ByteBuffer): Writing {
  out.text('{"new": [')
  yield* writeNew(set, pull, out)
  out.text('], "deleted": [')
  yield* writeEnded(set, store, pull, out)
  out.text(']}')
}

async function* writeNew(
  set: ActiveSet,
  { filter, cursor, dedup, now, version }: Pull,
  out: ByteBuffer,
): Writing {
  const { rows } = set
  const writer = new DecisionBytes(rows, now, true)
  const reader = new ActiveReader(set, filter, { after: cursor?.version ?? 0, upTo: version })
  let isFirst = true
  for (;;) {
    const isOutlasted = dedup ? set.slotOutlastTest() : () => false
    const more = reader.step((slot) => {
      if (rows.until(slot) <= now || isOutlasted(slot)) return true
      if (!isFirst) out.byte(comma)
      isFirst = false
      writer.write(slot, out)
      return out.length < pieceLength
    })
    if (!more) return
    yield
  }
}

async function* writeEnded(
  set: ActiveSet,
  store: Store,
  { filter, cursor, dedup, now }: Pull,
  out: ByteBuffer,
): Writing {
  const writer = new DecisionWriter(now, true)
  const test = decisionTest(filter)
  const after = cursor ? cursor.pulledAt - overlapMs : null
  let separator = ''
  for await (const slice of readEnded(set, store, { after, before: now, onlyLongest: dedup })) {
    for (const decision of slice) {
      if (!test(decision)) continue
      out.text(separator + writer.write(decision))
      separator = ','
    }
    yield
  }
}
