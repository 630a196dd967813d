import type { ActiveSet } from '../decision/active-set.ts'
import type { Decision } from '../decision/decision.ts'
import { isUnavailable } from '../store/dialect/failure.ts'
import { letOthersRun } from '../store/query/column.ts'
import type { EndedPage, Store } from '../store/store.ts'

const sliceSize = 1000

export interface EndedRange {
  /** Null: since ever. */
  readonly after: number | null
  readonly before: number
  readonly onlyLongest: boolean
}

/** Decisions that ended in the time, in slices, from memory where it reaches back so far, else from the store. */
export async function* readEnded(
  set: ActiveSet,
  store: Store,
  range: EndedRange,
): AsyncGenerator<readonly Decision[], void, undefined> {
  const known = range.after === null ? null : set.endedBetween(range.after, range.before)
  if (known) {
    yield range.onlyLongest ? longest(set, known) : known
    return
  }
  let earlierThan: EndedPage['earlierThan']
  for (let left = range.after === null ? maxEndedSinceEver : Number.POSITIVE_INFINITY; left > 0;) {
    const limit = Math.min(left, sliceSize)
    let page: Decision[]
    try {
      page = await store.decisions.ended({ ...range, limit, ...(earlierThan ? { earlierThan } : {}) })
    } catch (error) {
      // Whoever begins can do without what has ended; whoever goes on cannot.
      if (range.after === null && isUnavailable(error)) return
      throw error
    }
    yield page
    const last = page.at(-1)
    if (!last || page.length < limit) return
    earlierThan = last
    left -= page.length
    await letOthersRun()
  }
}

/** Whoever begins with nothing has nothing to delete: what ended last is told, not the whole past. */
const maxEndedSinceEver = 50_000

/**
 * Leaves out what another decision on the same value, type and scope outlasts. Whatever outlasts a decision of the
 * list is in force or ended later within the same time, so that list and set together know it.
 */
function longest(set: ActiveSet, ended: readonly Decision[]): Decision[] {
  const latest = new Map<string, number>()
  const key = ({ scope, type, value }: Decision) => JSON.stringify([scope, type, value])
  const isOutlasted = set.outlastTest()
  for (const decision of ended) latest.set(key(decision), decision.until)
  return ended.filter((decision) => latest.get(key(decision)) === decision.until && !isOutlasted(decision))
}
