import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ItemFile } from '../src/item/item-file.ts'
import type { Mode } from '../src/event.ts'
import { contextItem, nodeItem, plainItems, scenarioItem } from './plain/made-items.ts'
import {
  differences,
  plainSubject,
  realSubject,
  siftedSubject,
  type Subject,
  type SubjectOptions,
} from './plain/side-by-side.ts'
import { type Step } from './plain/log-steps.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const simulation = { enabled: false, exclusions: ['me/simulated'] }
const labels = new Map([['type', 'made']])

const byAddress = { groupby: 'evt.Meta.source_ip', leakspeed: '10s', capacity: 2 }
const any = "evt.Meta.word != ''"

/** Scenarios of every kind and rule, over few words and addresses, so that they meet in the same events. */
const scenarios: readonly ItemFile[] = [
  scenarioItem('trigger', { type: 'trigger', filter: "evt.Meta.word == 'probe'", blackhole: '30s' }),
  scenarioItem('leaky', { type: 'leaky', filter: "evt.Meta.word == 'login'", ...byAddress }),
  scenarioItem('cached', { type: 'leaky', filter: any, ...byAddress, capacity: 5, cache_size: 2 }),
  scenarioItem('distinct', { type: 'leaky', filter: any, ...byAddress, distinct: 'evt.Meta.user' }),
  scenarioItem('cancelled', { type: 'leaky', filter: any, ...byAddress, cancel_on: "evt.Meta.word == 'ok'" }),
  scenarioItem('everybody', {
    type: 'leaky',
    filter: any,
    capacity: 6,
    leakspeed: '1m500ms',
    blackhole: '1m',
  }),
  scenarioItem('timed', { type: 'leaky', filter: any, ...byAddress, capacity: 20, duration: '15s' }),
  scenarioItem('counter', {
    type: 'counter',
    filter: any,
    groupby: 'evt.Meta.user',
    capacity: -1,
    duration: '20s',
  }),
  scenarioItem('shared', [
    { type: 'leaky', filter: "evt.Meta.word == 'login'", ...byAddress, capacity: 3 },
    { type: 'leaky', filter: "evt.Meta.word == 'login'", ...byAddress, capacity: 9 },
  ]),
  scenarioItem('conditional', {
    type: 'conditional',
    filter: any,
    ...byAddress,
    capacity: -1,
    condition: "len(filter(queue.Queue, {.Meta.user == 'root'})) > 2 && leaky.Total_count > 3",
  }),
  scenarioItem('filtered', {
    type: 'leaky',
    filter: any,
    ...byAddress,
    overflow_filter: "any(queue.Queue, {.Meta.seen == 'yes' && .Parsed.user == 'bob'})",
  }),
  scenarioItem('bayesian', {
    type: 'bayesian',
    filter: any,
    groupby: 'evt.Meta.source_ip',
    capacity: -1,
    leakspeed: '30s',
    bayesian_prior: 0.2,
    bayesian_threshold: 0.8,
    bayesian_conditions: [
      { condition: "evt.Meta.word == 'login'", prob_given_evil: 0.9, prob_given_benign: 0.3 },
      {
        condition: "evt.Meta.user == 'root'",
        prob_given_evil: 0.8,
        prob_given_benign: 0.1,
        guillotine: true,
      },
      { condition: 'len(queue.Queue) > 2', prob_given_evil: 0.7, prob_given_benign: 0.2 },
    ],
  }),
  scenarioItem('range', {
    type: 'leaky',
    filter: any,
    ...byAddress,
    scope: { type: 'Range', expression: "IpToRange(evt.Meta.source_ip, '24')" },
  }),
  scenarioItem('user', {
    type: 'leaky',
    filter: "evt.Meta.user != ''",
    capacity: 3,
    leakspeed: '5s',
    scope: { type: 'user', expression: 'evt.Meta.user' },
  }),
  scenarioItem('writes', {
    type: 'trigger',
    filter: "evt.Meta.user == 'root' && evt.SetMeta('note', evt.Parsed.number) && evt.SetParsed('x', 'y')",
  }),
  scenarioItem('written', {
    type: 'leaky',
    filter: "evt.Meta.note != '' && evt.Parsed.x == 'y'",
    ...byAddress,
  }),
  scenarioItem('failing', { type: 'trigger', filter: 'int(evt.Meta.number) > 7' }),
  scenarioItem('simulated', { type: 'trigger', filter: "evt.Meta.word == 'ok'" }),
  scenarioItem('again', { type: 'leaky', filter: "evt.Meta.word == 'login'", ...byAddress, reprocess: true }),
  scenarioItem('chain', {
    type: 'leaky',
    filter: "evt.GetType() == 'overflow' && evt.Overflow.Alert.Scenario == 'me/again'",
    groupby: 'evt.Overflow.Alert.Source.Value',
    capacity: 1,
    leakspeed: '1h',
  }),
  scenarioItem('endless', {
    type: 'trigger',
    filter:
      "evt.Meta.word == 'loop' || evt.GetType() == 'overflow' && evt.Overflow.Alert.Scenario == 'me/endless'",
    reprocess: true,
  }),
]

const others: readonly ItemFile[] = [
  nodeItem(
    's01-whitelist',
    'off',
    {
      whitelist: {
        reason: 'ours',
        ip: ['192.0.2.9'],
        cidr: ['198.51.100.0/24'],
        expression: ["evt.Overflow.Alert.Scenario == 'me/never'"],
      },
    },
    'postoverflows',
  ),
  nodeItem(
    's00-enrich',
    'known',
    { filter: '1 == 1', onsuccess: 'next_stage', statics: [{ meta: 'post', value: 'yes' }] },
    'postoverflows',
  ),
  nodeItem('s02-enrich', 'off', {
    whitelist: {
      reason: 'theirs',
      ip: ['203.0.113.5'],
      expression: ["evt.Meta.user == 'nobody'", "evt.Parsed.number == '13'"],
    },
  }),
  nodeItem('s02-enrich', 'stash', [
    {
      filter: "evt.Meta.word == 'ok' && evt.Meta.user != ''",
      statics: [{ meta: 'kept', value: 'yes' }],
      stash: [{ name: 'users', key: 'evt.Meta.source_ip', value: 'evt.Meta.user', ttl: '1m', size: 3 }],
    },
    {
      filter: "evt.Meta.user == ''",
      statics: [{ meta: 'user', expression: "GetFromStash('users', evt.Meta.source_ip)" }],
    },
  ]),
  contextItem('all', {
    who: ['evt.Meta.user', 'evt.Meta.unread'],
    number: ['evt.Parsed.number', 'int(evt.Parsed.number)'],
  }),
]

const allItems = [...plainItems, ...scenarios, ...others]

interface Act {
  readonly waitMs: number
  readonly backMs: number
  readonly address: string
  readonly word: string
  readonly user: string
  readonly number: number | null
  readonly date: 'rfc' | 'none' | 'bad'
}

const act: fc.Arbitrary<Act> = fc.record({
  waitMs: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 1, 300, 900, 2000) },
    { weight: 1, arbitrary: fc.constantFrom(9999, 10_000, 10_001, 15_000, 31_000, 120_000, 4_000_000) },
  ),
  backMs: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ max: 60_000, min: 0 }) },
  ),
  address: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('192.0.2.1', '2001:db8::1') },
    { weight: 1, arbitrary: fc.constantFrom('192.0.2.2', '192.0.2.9', '198.51.100.4', '203.0.113.5', '-') },
  ),
  word: fc.oneof(
    { weight: 5, arbitrary: fc.constant('login') },
    { weight: 1, arbitrary: fc.constantFrom('ok', 'probe', 'other', 'loop', '?') },
  ),
  user: fc.constantFrom('root', 'root', 'bob', 'alice', 'nobody', ''),
  number: fc.constantFrom(null, 0, 7, 8, 13, 400),
  date: fc.oneof(
    { weight: 12, arbitrary: fc.constant('rfc' as const) },
    { weight: 1, arbitrary: fc.constantFrom('none' as const, 'bad' as const) },
  ),
})

/** The steps that acts are, in live with a tick after every pause. */
function stepsOf(acts: readonly Act[], mode: Mode): Step[] {
  let atMs = startMs
  const steps: Step[] = []
  for (const { waitMs, backMs, address, word, user, number, date } of acts) {
    atMs += waitMs
    if (waitMs > 1 && mode === 'live') steps.push({ atMs, line: null })
    const when = { rfc: `${new Date(atMs - backMs).toISOString()} `, none: '', bad: 'yesterday ' }[date]
    const raw = `${when}${address} ${word}${user === '' ? '' : ` ${user}`}${number === null ? '' : ` ${number}`}`
    const line = { raw, src: '/var/log/made.log', timeMs: startMs, labels, module: 'file' }
    // A replay takes no time.
    steps.push({ atMs: mode === 'live' ? atMs : startMs, line })
  }
  return mode === 'live' ? [...steps, { atMs: atMs + 86_400_000, line: null }] : steps
}

const subjects: Readonly<Record<string, (items: readonly ItemFile[], options: SubjectOptions) => Subject>> = {
  default: realSubject,
  'not lean': (items, options) => realSubject(items, options, { lean: false }),
  observed: (items, options) => realSubject(items, options, { onNode: () => {} }),
  'one sieve': (items, options) => siftedSubject(items, options, { sieves: 1, lengths: [1000] }),
  'three sieves': (items, options) =>
    siftedSubject(items, options, {
      sieves: 3,
      lengths: [1, 7, 2, 30],
      ahead: options.mode === 'replay' ? 4 : 0,
    }),
}

function names(items: readonly ItemFile[]): string[] {
  return items.map(({ name }) => name)
}

describe('the engine and the plain interpreter', () => {
  it.each<Mode>(['replay', 'live'])(
    'do the same to events of all kinds of scenarios in %s',
    { timeout: 240_000 },
    (mode) => {
      const options = { mode, startMs, simulation }
      const raised = new Set<string>()
      const counts = new Map<string, number>()
      fc.assert(
        fc.property(fc.array(act, { minLength: 1, maxLength: 200, size: 'max' }), (acts) => {
          const steps = stepsOf(acts, mode)
          // What is stashed stays: every run needs engines of its own.
          const wanted = plainSubject(allItems, options)(steps)
          for (const alert of wanted.alerts) raised.add((JSON.parse(alert) as { scenario: string }).scenario)
          for (const [key, count] of Object.entries(wanted.counts))
            counts.set(key, count + (counts.get(key) ?? 0))
          for (const [name, subject] of Object.entries(subjects)) {
            const found = subject(allItems, options)(steps)
            expect([name, ...differences(found, wanted)]).toEqual([name])
          }
        }),
        { numRuns: 18, seed: 8 },
      )
      const quiet = mode === 'replay' ? ['me/timed', 'me/counter'] : []
      expect(names(scenarios).filter((name) => !raised.has(name))).toEqual(quiet)
      expect([...counts].filter(([, count]) => count === 0)).toEqual([])
    },
  )
})
