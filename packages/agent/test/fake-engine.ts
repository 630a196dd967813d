import type { Line, Mode } from '@tocsin/engine'
import type { WireAlert } from '@tocsin/model'
import type { CreateEngine, EngineHost, LineEngine } from '../src/line-engine.ts'

/** How the buckets of the fake engine behave. */
export interface FakeRules {
  /** So many events overflow. */
  readonly size: number
  /** A bucket without an event for so long ends. */
  readonly lifetimeMs: number
  /** After an overflow the next ones of the same key are hidden for so long. */
  readonly blackholeMs: number
}

interface FakeBucket {
  count: number
  bornMs: number
  lastMs: number
}

/**
 * An engine that is small enough to be sure about: lines read `KEY TEXT`, a bucket a key, on the wall clock. What an
 * alert says (key, number of the event) tells exactly which lines went into it.
 */
export function fakeEngine(rules: FakeRules): CreateEngine {
  return (host) => new FakeEngine(rules, host)
}

class FakeEngine implements LineEngine {
  readonly #rules: FakeRules
  readonly #host: EngineHost
  readonly #buckets = new Map<string, FakeBucket>()
  readonly #hidden = new Map<string, { untilMs: number; bornMs: number }>()

  constructor(rules: FakeRules, host: EngineHost) {
    this.#rules = rules
    this.#host = host
  }

  process(line: Line, _mode: Mode): void {
    const [key = '', ...rest] = line.raw.split(' ')
    const nowMs = this.#host.clock()
    const bucket = this.#buckets.get(key) ?? { count: 0, bornMs: nowMs, lastMs: nowMs }
    this.#buckets.set(key, bucket)
    bucket.count++
    bucket.lastMs = nowMs
    if (bucket.count >= this.#rules.size) this.#overflow(key, bucket, rest.join(' '), nowMs)
  }

  tick(nowMs: number): void {
    for (const [key, { lastMs }] of this.#buckets) {
      if (nowMs > lastMs + this.#rules.lifetimeMs) this.#buckets.delete(key)
    }
    for (const [key, { untilMs }] of this.#hidden) if (nowMs >= untilMs) this.#hidden.delete(key)
  }

  oldestLiveMs(): number | null {
    let oldest = Number.POSITIVE_INFINITY
    for (const { bornMs } of this.#buckets.values()) oldest = Math.min(oldest, bornMs)
    for (const { bornMs } of this.#hidden.values()) oldest = Math.min(oldest, bornMs)
    return Number.isFinite(oldest) ? oldest : null
  }

  #overflow(key: string, bucket: FakeBucket, last: string, nowMs: number): void {
    this.#buckets.delete(key)
    this.#host.onOverflow(bucket.bornMs)
    if (this.#hidden.has(key)) return
    if (this.#rules.blackholeMs > 0) {
      this.#hidden.set(key, { untilMs: nowMs + this.#rules.blackholeMs, bornMs: bucket.bornMs })
    }
    this.#host.onAlert(alertOf(key, last, bucket.bornMs, nowMs))
  }
}

/** An alert whose message is `KEY LAST`. */
export function alertOf(key: string, last: string, startMs: number, stopMs: number): WireAlert {
  return {
    scenario: 'test/count',
    scenario_hash: '',
    scenario_version: '0',
    message: `${key} ${last}`,
    events_count: 1,
    start_at: new Date(startMs).toISOString(),
    stop_at: new Date(stopMs).toISOString(),
    capacity: 0,
    leakspeed: '0s',
    simulated: false,
    events: [],
    source: { scope: 'Ip', value: key },
  }
}
