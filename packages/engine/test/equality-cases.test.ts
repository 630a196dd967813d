// One table of cases, each with its items: longer than other files, so that a new shortcut has one place to be added.
import { describe, expect, it } from 'vitest'
import type { ItemFile } from '../src/item/item-file.ts'
import { dateParser, lineParser, nodeItem, plainItems, scenarioItem } from './plain/made-items.ts'
import { differences, type Outcome, plainSubject, realSubject, siftedSubject } from './plain/side-by-side.ts'
import { type Step } from './plain/log-steps.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const labels = new Map([['type', 'made']])

function steps(lines: readonly string[], atMs = startMs): Step[] {
  const line = (raw: string) => ({ raw, src: '/var/log/made.log', timeMs: atMs, labels, module: 'file' })
  return lines.map((raw) => ({ atMs, line: line(raw) }))
}

/** Expects all variants of the engine to do what the plain interpreter does, and gives that. */
function expectSame(
  items: readonly ItemFile[],
  acts: readonly Step[],
  mode: 'live' | 'replay' = 'replay',
): Outcome {
  const options = { mode, startMs: acts[0]?.atMs ?? startMs }
  const wanted = plainSubject(items, options)(acts)
  const found = {
    default: realSubject(items, options)(acts),
    'not lean': realSubject(items, options, { lean: false })(acts),
    observed: realSubject(items, options, { onNode: () => {} })(acts),
    'one sieve': siftedSubject(items, options, { sieves: 1, lengths: [3] })(acts),
    'three sieves': siftedSubject(items, options, {
      sieves: 3,
      lengths: [1],
      ahead: mode === 'replay' ? 2 : 0,
    })(acts),
  }
  for (const [name, outcome] of Object.entries(found)) {
    expect([name, ...differences(outcome, wanted)]).toEqual([name])
  }
  return wanted
}

const day = '2026-11-22T12:00:0'
const four = [0, 1, 2, 3].map((second) => `${day}${second}Z 192.0.2.1 login root ${second}`)
const trigger = scenarioItem('trigger', { type: 'trigger', filter: "evt.Meta.word == 'login'" })
const leaky = (name: string, extra: object) =>
  scenarioItem(name, {
    type: 'leaky',
    filter: "evt.Meta.word == 'login'",
    groupby: 'evt.Meta.source_ip',
    capacity: 1,
    leakspeed: '1m',
    ...extra,
  })
const shared = {
  type: 'leaky',
  filter: "evt.Meta.word == 'login'",
  capacity: 3,
  leakspeed: '1m',
}
const writesLine = [
  { target: 'evt.Line.Raw', expression: "evt.Line.Raw + '!'" },
  { meta: 'raw', expression: 'evt.Line.Raw' },
]
const failsAfterWriting = {
  filter: '1 == 1',
  nodes: [
    { filter: '1 == 1', statics: [{ parsed: 'z', value: 'q' }] },
    { filter: '1 == 1', grok: { pattern: 'never%{WORD:never}', apply_on: 'Line.Raw' } },
  ],
}
const last = (documents: object | readonly object[]) => nodeItem('s02-enrich', 'last', documents)

/** Parsers of the last stage and scenarios that a shortcut may treat in another way, and how many alerts they raise. */
const cases: readonly [what: string, items: readonly ItemFile[], alerts: number][] = [
  [
    'a static that nobody reads and that gives the event up',
    [...plainItems, trigger, last({ statics: [{ meta: 'bad', expression: "evt.Parsed.user == 'root'" }] })],
    0,
  ],
  [
    'a static of any type that gives the event up',
    [
      ...plainItems,
      trigger,
      last({
        statics: [
          { method: 'UnmarshalJSON', expression: '"x"' },
          { meta: 'bad', expression: 'evt.Unmarshaled.x ?? true' },
        ],
      }),
    ],
    0,
  ],
  [
    'a field that is asked for on an occasion that is given only later',
    [
      ...plainItems,
      scenarioItem('late', { type: 'trigger', filter: "evt.Meta.kind == 'a' && evt.Meta.deep == 'root!'" }),
      last([
        { statics: [{ target: 'evt.Enriched.deep', expression: "evt.Parsed.user + '!'" }] },
        { statics: [{ meta: 'deep', expression: 'evt.Enriched.deep' }] },
        { statics: [{ meta: 'kind', value: 'a' }] },
      ]),
    ],
    4,
  ],
  [
    'a field that is asked for on an occasion that is no more',
    [
      ...plainItems,
      trigger,
      scenarioItem('early', { type: 'trigger', filter: "evt.Meta.kind == 'a' && evt.Meta.deep != ''" }),
      scenarioItem('never', { type: 'trigger', filter: "evt.Meta.kind == 'c' && evt.Meta.deep != ''" }),
      last([
        { statics: [{ meta: 'kind', value: 'a' }] },
        { statics: [{ meta: 'deep', expression: 'evt.Parsed.user' }] },
        { statics: [{ meta: 'kind', value: 'b' }] },
      ]),
    ],
    4,
  ],
  [
    'a whitelist that asks for a text which comes into the event behind another one',
    [
      ...plainItems,
      trigger,
      last([
        { whitelist: { reason: 'early', expression: ["evt.Parsed.late contains 'secret text'"] } },
        { filter: "evt.Parsed.rest != '2'", statics: [{ parsed: 'late', value: 'a Secret text' }] },
        { filter: "evt.Parsed.rest != '2'", statics: [{ parsed: 'late', value: 'a secret text' }] },
        { whitelist: { reason: 'late', expression: ["evt.Parsed.late contains 'secret text'"] } },
      ]),
    ],
    0,
  ],
  [
    'a scenario that wants overflows beside one that wants lines',
    [
      ...plainItems,
      scenarioItem('again', { type: 'trigger', filter: "evt.Meta.word == 'login'", reprocess: true }),
      scenarioItem('upper', {
        type: 'trigger',
        filter: "evt.GetType() == 'overflow' && evt.Overflow.Alert.GetScenario() == 'again'",
      }),
      scenarioItem('lower', {
        type: 'trigger',
        filter: "(evt.GetType() == 'overflow') || evt.Meta.word == 'login'",
      }),
    ],
    12,
  ],
  ['a line that a static rewrites', [...plainItems, trigger, last({ statics: writesLine })], 4],
  [
    'a line whose labels a static rewrites',
    [
      ...plainItems,
      trigger,
      last({
        statics: [
          { target: 'evt.Line.Labels.type', expression: "evt.Line.Labels.type + 'x'" },
          { meta: 'type', expression: 'evt.Line.Labels.type' },
        ],
      }),
    ],
    4,
  ],
  [
    'a rewritten line before a stash',
    [
      ...plainItems,
      trigger,
      last([
        { statics: writesLine },
        {
          filter: "GetFromStash('s', evt.Meta.user) == ''",
          statics: [{ meta: 'first', value: 'yes' }],
          stash: [{ name: 's', key: 'evt.Meta.user', value: 'evt.Line.Raw', ttl: '1h' }],
        },
      ]),
    ],
    4,
  ],
  [
    'a node of which only the verdict counts, before one that fails after writing',
    [
      lineParser,
      trigger,
      last([{ filter: "evt.Parsed.z == ''", statics: [{ meta: 'a', value: 'b' }] }, failsAfterWriting]),
    ],
    4,
  ],
  [
    'a node that would match only after another one wrote and failed',
    [
      lineParser,
      trigger,
      last([{ filter: "evt.Parsed.z == 'q'", statics: [{ meta: 'a', value: 'b' }] }, failsAfterWriting]),
    ],
    0,
  ],
  [
    'a node behind one that failed and left the stage',
    [
      lineParser,
      trigger,
      last([
        {
          filter: '1 == 1',
          nodes: [
            { filter: '1 == 1', statics: [{ target: 'evt.Stage', value: 's03-none' }] },
            { filter: '1 == 2', statics: [{ meta: 'a', value: 'b' }] },
          ],
        },
        { filter: '1 == 1', statics: [{ meta: 'a', value: 'b' }] },
      ]),
    ],
    0,
  ],
  [
    'a filter of a node that writes and refuses',
    [
      ...plainItems,
      trigger,
      last({ filter: "evt.SetMeta('k', 'v') && evt.Meta.word == 'x'", statics: [{ meta: 'a', value: 'b' }] }),
    ],
    4,
  ],
  [
    'a meta whose name is put together',
    [...plainItems, scenarioItem('m', { type: 'trigger', filter: "evt.GetMeta('se' + 'en') == 'yes'" })],
    4,
  ],
  [
    'a meta whose name is put together before in',
    [...plainItems, scenarioItem('m', { type: 'trigger', filter: "'se' + 'en' in evt.Meta" })],
    4,
  ],
  [
    'a map that is read as a whole',
    [...plainItems, scenarioItem('m', { type: 'trigger', filter: "any(keys(evt.Meta), {# == 'seen'})" })],
    4,
  ],
  [
    'a map behind a variable',
    [...plainItems, scenarioItem('m', { type: 'trigger', filter: "let m = evt.Meta; m.seen == 'yes'" })],
    4,
  ],
  [
    'a queue that is written out',
    [...plainItems, leaky('q', { capacity: 50, condition: "toJSON(queue.Queue) contains 'seen'" })],
    4,
  ],
  [
    'an event of a queue behind a variable',
    [
      ...plainItems,
      leaky('q', { capacity: 50, condition: "let e = queue.Queue[0]; toJSON(e) contains 'seen'" }),
    ],
    4,
  ],
  [
    'metas of queued events',
    [
      ...plainItems,
      leaky('q', {
        capacity: 50,
        condition: "len(filter(queue.Queue, {.Meta.unread == 'u:root' && .Parsed.number != ''})) == 3",
      }),
    ],
    1,
  ],
  [
    'a distinct that writes',
    [...plainItems, leaky('w', { distinct: "evt.SetMeta('note', 'v') ? evt.Parsed.number : ''" })],
    2,
  ],
  [
    'a groupby that writes',
    [...plainItems, leaky('w', { groupby: "evt.SetMeta('note', 'v') ? evt.Meta.source_ip : ''" })],
    2,
  ],
  [
    'a cancel_on that writes',
    [...plainItems, leaky('w', { cancel_on: "evt.SetMeta('note', 'v') && evt.Meta.word == 'x'" })],
    2,
  ],
  [
    'a condition that writes',
    [...plainItems, leaky('w', { condition: "evt.SetMeta('note', 'v') && evt.Meta.word == 'x'" })],
    2,
  ],
  [
    'a condition that writes into the queue',
    [
      ...plainItems,
      leaky('w', {
        capacity: 2,
        condition: "queue.Queue[0].SetMeta('note', evt.Parsed.number) && evt.Meta.word == 'x'",
      }),
    ],
    1,
  ],
  [
    'a filter that writes what another scenario holds already',
    [
      ...plainItems,
      leaky('a', {}),
      leaky('b', { filter: "evt.SetMeta('note', evt.Meta.unread) && evt.Meta.word == 'login'" }),
    ],
    4,
  ],
  [
    'a filter that writes what a later one asks',
    [
      ...plainItems,
      scenarioItem('a', {
        type: 'trigger',
        filter: "evt.Meta.number == '2' && evt.SetMeta('word', 'other')",
      }),
      trigger,
    ],
    4,
  ],
  [
    'a whitelist by what nobody else reads',
    [
      ...plainItems,
      trigger,
      last({
        whitelist: { reason: 'r', expression: ["evt.Meta.unread == 'u:nobody'", "evt.Parsed.number == '3'"] },
      }),
    ],
    3,
  ],
  [
    'an overflow filter and a scope by what nobody else reads',
    [
      ...plainItems,
      leaky('o', {
        overflow_filter: "any(queue.Queue, {.Meta.unread == 'u:root'})",
        scope: { type: 'x', expression: 'evt.Meta.unread + evt.Parsed.number' },
      }),
    ],
    4,
  ],
  [
    'a condition that looks at the line',
    [
      ...plainItems,
      leaky('q', {
        capacity: 50,
        condition: "queue.Queue[0].Line.Raw contains 'root 0' && evt.Line.Src != ''",
      }),
    ],
    1,
  ],
  [
    'a filter that asks for what other lines stashed',
    [
      ...plainItems,
      trigger,
      last([
        {
          filter: "evt.Parsed.number == '1'",
          statics: [{ meta: 'first', value: 'yes' }],
          stash: [{ name: 's', key: 'evt.Meta.user', value: 'evt.Parsed.number', ttl: '1h' }],
        },
        {
          filter: "GetFromStash('s', evt.Meta.user) != ''",
          whitelist: { reason: 'known', expression: ["evt.Meta.word == 'login'"] },
        },
      ]),
    ],
    1,
  ],
  [
    'a scenario that asks for what other lines stashed',
    [
      ...plainItems,
      scenarioItem('s', { type: 'trigger', filter: "GetFromStash('s', evt.Meta.user) == '1'" }),
      last({
        filter: "evt.Parsed.number == '1'",
        statics: [{ meta: 'first', value: 'yes' }],
        stash: [{ name: 's', key: 'evt.Meta.user', value: 'evt.Parsed.number', ttl: '1h' }],
      }),
    ],
    3,
  ],
  [
    'documents that share buckets and tell events apart differently',
    [
      ...plainItems,
      scenarioItem('s', [
        { ...shared, distinct: 'evt.Parsed.number' },
        { ...shared, distinct: 'evt.Parsed.user', cancel_on: "evt.Parsed.number == '3'" },
      ]),
    ],
    1,
  ],
  [
    'a condition that looks at the event itself',
    [
      ...plainItems,
      nodeItem('s01-parse', 'json', {
        onsuccess: 'next_stage',
        statics: [{ target: 'evt.Unmarshaled.a', expression: 'evt.Parsed.number' }],
      }),
      leaky('q', {
        capacity: 50,
        condition:
          "evt.StrTime != '' && evt.Unmarshaled.a == '2' && evt.Stage == 's02-enrich' && evt.Process && evt.Time.Second() == 2",
      }),
    ],
    1,
  ],
  [
    'a condition that looks at times of the queue',
    [
      ...plainItems,
      leaky('q', {
        capacity: 50,
        condition:
          "len(queue.Queue) > 2 && MedianInterval(map(queue.Queue, {#.Time})) == duration('1s') && queue.Queue[0].StrTime != ''",
      }),
    ],
    1,
  ],
  [
    'a filter that writes what groups are told by',
    [
      ...plainItems,
      leaky('a', { groupby: 'evt.Meta.user', capacity: 9 }),
      scenarioItem('b', {
        type: 'trigger',
        filter: "evt.SetMeta('user', evt.Parsed.number) && evt.Meta.word == 'x'",
      }),
      leaky('c', { groupby: 'evt.Meta.user' }),
    ],
    0,
  ],
  [
    'an overflow at the very end of a blackhole',
    [
      ...plainItems,
      scenarioItem('b', { type: 'trigger', filter: "evt.Meta.word == 'login'", blackhole: '2s' }),
    ],
    2,
  ],
]

describe('the engine and the plain interpreter do the same to', () => {
  it.each(cases)('%s', (_what, items, alerts) => {
    expect(expectSame(items, steps(four)).alerts).toHaveLength(alerts)
  })

  it('dates without a year over New Year', () => {
    const items = [lineParser, dateParser, trigger, leaky('l', {})]
    const dated = (when: string, atMs: number) =>
      steps([`${when} 192.0.2.1 login root`], atMs).map((step) => step)
    const before = Date.UTC(2026, 11, 31, 23, 59, 58)
    const acts = [0, 1, 2, 3, 4].flatMap((second) =>
      dated(new Date(before + second * 1000).toISOString().slice(0, 19), before + second * 1000),
    )
    expect(expectSame(items, acts, 'live').alerts.length).toBeGreaterThan(5)
  })
})
