import { Gauge, Registry } from 'prom-client'
import type { Clock } from '@tocsin/model'
import type { ActiveSet } from '../decision/active-set.ts'
import type { TallyEntry } from '../decision/kind-table.ts'
import type { Store } from '../store/store.ts'

/** What is looked at when somebody asks. */
export interface CountedState {
  readonly store: Store
  readonly active: ActiveSet
  readonly clock: Clock
  readonly alerts: AlertCounts
  /** Counts of our own, by the end of their names. */
  readonly own: Readonly<Record<string, number>>
}

/** Free texts make series without number: what is beyond is one series. */
const maxSeries = 5_000

/** The state of the Local API at this moment as text. A part that cannot be known now is left out. */
export async function stateMetrics(state: CountedState, isFull: boolean): Promise<string> {
  const registry = new Registry()
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  for (const [name, value] of Object.entries(state.own)) {
    gauge(`tocsin_lapi_${name}`, name.replaceAll('_', ' ')).set(value)
  }
  if (isFull) {
    state.active.expire(state.clock())
    const decisions = gauge('cs_active_decisions', 'Decisions in force', ['reason', 'origin', 'action'])
    for (const { scenario, origin, type, count } of bounded(state.active.tally)) {
      decisions.inc({ reason: scenario, origin, action: type }, count)
    }
    const alerts = gauge('cs_alerts', 'Alerts that are kept', ['reason'])
    for (const [reason, count] of await state.alerts.get()) alerts.inc({ reason }, count)
    const heartbeats = gauge('cs_machines_last_heartbeat_timestamp', 'When machines were last seen', [
      'machine',
    ])
    for (const { name, lastHeartbeatAt } of await machinesOf(state.store)) {
      if (lastHeartbeatAt !== null) heartbeats.set({ machine: name }, Math.floor(lastHeartbeatAt / 1000))
    }
  }
  return await registry.metrics()
}

function bounded(entries: readonly TallyEntry[]): TallyEntry[] {
  const sorted = [...entries].sort((a, b) => b.count - a.count)
  const others = sorted.slice(maxSeries).map((entry) => ({ ...entry, scenario: 'others', origin: 'others' }))
  return [...sorted.slice(0, maxSeries), ...others]
}

async function machinesOf({ machines }: Store) {
  try {
    return (await machines.list()).slice(0, maxSeries)
  } catch {
    // The database is away: what it would say is left out, the rest is told.
    return []
  }
}

const refreshMs = 60_000

/** How many alerts there are of each scenario: counted at most once a minute, whoever asks. */
export class AlertCounts {
  readonly #store: Store
  readonly #clock: Clock
  #known: { at: number; counts: Map<string, number> } | undefined

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async get(): Promise<ReadonlyMap<string, number>> {
    const now = this.#clock()
    if (this.#known && now - this.#known.at < refreshMs) return this.#known.counts
    try {
      const all = [...(await this.#store.alerts.countByScenario())].sort(([, a], [, b]) => b - a)
      this.#known = { at: now, counts: new Map(all.slice(0, maxSeries)) }
    } catch {
      // The database is away: the counts of before are the best there are.
    }
    return this.#known?.counts ?? new Map()
  }
}
