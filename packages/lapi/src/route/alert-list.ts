import type { Decision } from '../decision/decision.ts'
import { letOthersRun } from '../store/query/column.ts'
import type { AlertPage, Store, StoredAlert } from '../store/store.ts'
import { alertText, toWireAlert } from '../wire/alert.ts'
import type { AlertQuery } from './alert-query.ts'

const pageSize = 100
const decisionPage = 2_000

/** The JSON of a list of alerts in pieces, `null` for none: a page of alerts or a slice of decisions at a time. */
export async function* alertListText(
  store: Store,
  query: AlertQuery,
  now: number,
): AsyncGenerator<string, void, undefined> {
  let left = query.limit ?? Number.POSITIVE_INFINITY
  let after: AlertPage['after']
  let separator = '['
  while (left > 0) {
    const limit = Math.min(left, pageSize)
    const wanted = { limit, order: query.order, withDecisions: false, ...(after ? { after } : {}) }
    const page = await store.alerts.page(query.filter, wanted)
    for await (const piece of pageText(store, page, query.withDecisions, now)) {
      yield piece.begins ? separator + piece.text : piece.text
      separator = ','
    }
    after = page.at(-1)
    if (page.length < limit) break
    left -= page.length
    await letOthersRun()
  }
  yield separator === '[' ? 'null' : ']'
}

/** The JSON of one alert. */
export async function* oneAlertText(store: Store, alert: StoredAlert, now: number): AsyncGenerator<string> {
  yield* alertText(alert, decisionsOf(store, alert.id), now)
}

interface Piece {
  /** Whether an alert begins with it. */
  readonly begins: boolean
  readonly text: string
}

async function* pageText(
  store: Store,
  page: readonly StoredAlert[],
  withDecisions: boolean,
  now: number,
): AsyncGenerator<Piece, void, undefined> {
  const ids = page.map(({ id }) => id)
  const few = withDecisions ? await store.decisions.ofAlerts(ids, { idAbove: 0, limit: decisionPage }) : []
  if (few.length < decisionPage) {
    const byAlert = Map.groupBy(few, ({ alertId }) => alertId)
    for (const alert of page) {
      const whole = { ...alert, decisions: byAlert.get(alert.id) ?? [] }
      yield { begins: true, text: JSON.stringify(toWireAlert(whole, now)) }
    }
    return
  }
  for (const alert of page) {
    let begins = true
    for await (const text of oneAlertText(store, alert, now)) {
      yield { begins, text }
      begins = false
      await letOthersRun()
    }
  }
}

async function* decisionsOf(store: Store, alertId: number): AsyncGenerator<Decision[], void, undefined> {
  for (let idAbove = 0; ;) {
    const page = await store.decisions.ofAlerts([alertId], { idAbove, limit: decisionPage })
    yield page
    const last = page.at(-1)
    if (!last || page.length < decisionPage) return
    idAbove = last.id
  }
}
