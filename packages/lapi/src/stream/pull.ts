import type { ActiveSet } from '../decision/active-set.ts'
import type { Decision } from '../decision/decision.ts'
import { type DecisionFilter, decisionTest } from '../decision/decision-filter.ts'
import type { Store } from '../store/store.ts'
import { DecisionWriter } from '../wire/decision.ts'
import type { Cursor } from './cursors.ts'
import { readActive, readEnded } from './read-decisions.ts'

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

/** The answer without decisions. */
export const emptyPull = '{"new": [], "deleted": []}'

/** The JSON text of a pull, some hundreds of decisions at a time. */
export async function* pullText(
  set: ActiveSet,
  store: Store,
  pull: Pull,
): AsyncGenerator<string, void, undefined> {
  const { filter, cursor, dedup, now, version } = pull
  const writer = new DecisionWriter(now, true)
  const test = decisionTest(filter)
  let separator = ''
  const written = (decisions: readonly Decision[]) => {
    let text = ''
    for (const decision of decisions) {
      text += separator + writer.write(decision)
      separator = ','
    }
    return text
  }
  yield '{"new": ['
  for await (const slice of readActive(set, filter, { after: cursor?.version ?? 0, upTo: version })) {
    const isOutlasted = dedup ? set.outlastTest() : () => false
    yield written(slice.filter((held) => held.until > now && !isOutlasted(held)))
  }
  yield '], "deleted": ['
  separator = ''
  const after = cursor ? cursor.pulledAt - overlapMs : null
  for await (const slice of readEnded(set, store, { after, before: now, onlyLongest: dedup })) {
    yield written(slice.filter(test))
  }
  yield ']}'
}
