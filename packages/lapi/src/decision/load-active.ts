import { letOthersRun } from '../store/query/column.ts'
import type { DecisionStore, EndedPage } from '../store/store.ts'
import { ActiveSet } from './active-set.ts'
import type { Decision } from './decision.ts'
import { usualMaxEnded } from './ended-log.ts'

/** So few that what was read of a page is gone before the collector would keep it. */
const pageSize = 1_000
/** What ended lately is remembered too, so that bouncers that go on need nothing from the database. */
const endedMs = 3_600_000

/** The decisions in force at the time, and those that ended lately, as a set in memory. */
export async function loadActive(decisions: DecisionStore, now: number): Promise<ActiveSet> {
  const { ended, knownSince } = await readEnded(decisions, now)
  const active = new ActiveSet(knownSince)
  active.add(ended.toReversed(), now)
  for (let idAbove = 0; ;) {
    const page = await decisions.active({ at: now, idAbove, limit: pageSize })
    active.add(page, now)
    const last = page.at(-1)
    if (!last || page.length < pageSize) return active
    idAbove = last.id
    await letOthersRun()
  }
}

async function readEnded(
  decisions: DecisionStore,
  now: number,
): Promise<{ ended: Decision[]; knownSince: number }> {
  const ended: Decision[] = []
  let earlierThan: EndedPage['earlierThan']
  while (ended.length < usualMaxEnded) {
    const range = { after: now - endedMs - 1, before: now + 1, onlyLongest: false, limit: pageSize }
    const page = await decisions.ended({ ...range, ...(earlierThan ? { earlierThan } : {}) })
    for (const decision of page) ended.push(decision)
    earlierThan = page.at(-1)
    if (!earlierThan || page.length < pageSize) return { ended, knownSince: now - endedMs }
  }
  return { ended, knownSince: (earlierThan?.until ?? now) + 1 }
}
