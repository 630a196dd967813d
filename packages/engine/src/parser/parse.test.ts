import { formatError, TocsinErrors } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { Source } from '../overflow.ts'
import type { NodeVisit } from '../trace.ts'
import { lineEvent, parserItem, testParsers } from '../../test/parsers.ts'

/** Parses one line by one s01 document and tells what became of it. */
function parse(document: string, fields: Record<string, string> = {}, raw = 'raw line') {
  const set = testParsers(parserItem('s01-parse', 'a', document))
  const event = lineEvent(raw)
  for (const [key, value] of Object.entries(fields)) event.parsed.set(key, value)
  const parsed = set.parse(event)
  return { parsed, event, faults: set.faults }
}

describe('a node', () => {
  it('does not match where its filter is false, fails or is no truth value', () => {
    for (const filter of ["evt.Parsed.a == 'x'", 'evt.Unmarshaled.a.b == 1', "evt.Parsed.a + 'x'"]) {
      const { parsed, event } = parse(`name: n\nfilter: "${filter}"\nstatics: [{meta: k, value: v}]`)
      expect([parsed, event.meta.size]).toEqual([false, 0])
    }
  })

  it('overwrites fields with "" where an optional group took no part', () => {
    const { event } = parse("name: n\ngrok: {pattern: '%{INT:n}( %{WORD:w})?', apply_on: m}", {
      m: '7',
      w: 'old',
    })
    expect(Object.fromEntries(event.parsed)).toEqual({ m: '7', n: '7', w: '' })
  })

  it('fails where the field that its grok applies to is missing, and searches "" where it is empty', () => {
    const document = "name: n\ngrok: {pattern: '^%{DATA:d}$', apply_on: m}"
    expect(parse(document).parsed).toBe(false)
    expect(parse(document, { m: '' }).parsed).toBe(true)
  })

  it('searches in what an expression gives', () => {
    const document = (expression: string) =>
      `name: n\ngrok: {pattern: '^%{DATA:d}$', expression: "${expression}"}`
    expect(parse(document('1 + 1')).event.parsed.get('d')).toBe('2')
    expect(parse(document('0.5')).event.parsed.get('d')).toBe('0.500000')
    expect(parse(document('true')).event.parsed.get('d')).toBe('')
    expect(parse(document('evt.Unmarshaled.a.b')).parsed).toBe(false)
  })

  it('runs its children even where its grok failed, and takes the last verdict', () => {
    const document = (last: string) => `
name: n
grok: {pattern: 'nothing %{INT:x}', apply_on: m}
nodes:
  - statics: [{meta: first, value: v}]
  - filter: ${last}
    statics: [{meta: last, value: v}]
statics: [{meta: own, value: v}]`
    expect([...parse(document('true'), { m: '' }).event.meta.keys()]).toEqual(['first', 'last', 'own'])
    const failed = parse(document('false'), { m: '' })
    expect([failed.parsed, [...failed.event.meta.keys()]]).toEqual([false, ['first']])
  })

  it('keeps its own verdict where its grok matched and children fail', () => {
    const document =
      "name: n\ngrok: {pattern: '%{INT:x}', apply_on: m}\nnodes: [{filter: 'false', statics: [{meta: a, value: b}]}]"
    expect(parse(document, { m: '7' }).parsed).toBe(true)
  })

  it('stops at the first child that matches where it goes to the next stage', () => {
    const document = (onsuccess: string) => `
name: n
onsuccess: ${onsuccess}
nodes:
  - statics: [{meta: first, value: v}]
  - statics: [{meta: second, value: v}]`
    expect(parse(document('next_stage')).event.meta.has('second')).toBe(false)
    expect(parse(document('continue')).event.meta.has('second')).toBe(true)
  })

  it('applies statics in order, skipping what is empty or fails, and prefers values', () => {
    const { event, faults } = parse(`
name: n
statics:
  - {meta: a, value: 403}
  - {meta: a, expression: evt.Parsed.none}
  - {meta: b, expression: evt.Unmarshaled.x.y}
  - {meta: c, value: v, expression: "'e'"}
  - {parsed: d, expression: 1.5}
  - {target: evt.StrTime, expression: "'t'"}
  - {method: ParseDate, meta: never, expression: "'2024-03-10'"}`)
    expect(Object.fromEntries(event.meta)).toEqual({ a: '403', c: 'v' })
    expect([event.parsed.get('d'), event.strTime]).toEqual(['1.500000', 't'])
    expect(event.enriched.get('MarshaledTime')).toBe('2024-03-10T00:00:00Z')
    expect(faults.static).toBe(1)
  })

  it('gives the event up at a static with a value that none may have', () => {
    const { parsed, event, faults } = parse(
      'name: n\nstatics: [{meta: a, value: v}, {meta: b, expression: "1 == 1"}, {meta: c, value: v}]',
    )
    expect([parsed, [...event.meta.keys()], faults.event]).toEqual([false, ['a'], 1])
  })

  it('keeps what a stash holds for later lines, under text keys only', () => {
    const set = testParsers(
      parserItem(
        's01-parse',
        'a',
        `
name: n
statics:
  - {meta: seen, expression: "GetFromStash('names', evt.Parsed.pid)"}
nodes:
  - grok: {pattern: '%{INT:pid} %{WORD:name}', apply_on: m}
    stash: [{name: names, key: evt.Parsed.pid, value: evt.Parsed.name, ttl: 1m, size: 2}]`,
      ),
    )
    const seen = (m: string) => {
      const event = lineEvent('x')
      event.parsed.set('m', m)
      set.parse(event)
      return event.meta.get('seen')
    }
    expect([seen('1 ann'), seen('1 bob'), seen('2 joe')]).toEqual(['ann', 'bob', 'joe'])
  })
})

describe('whitelists', () => {
  const document = `
name: n
whitelist:
  reason: ours
  ip: [10.0.0.1, '2001:db8::1']
  cidr: [192.168.0.0/16]
  expression: ["evt.Parsed.user == 'root'"]
statics: [{meta: let_off, value: yes}]`

  it.each([
    ['10.0.0.1', '', true],
    ['2001:db8:0::1', '', true],
    ['::ffff:10.0.0.1', '', true],
    ['192.168.7.7', '', true],
    ['10.0.0.2', '', false],
    ['none', 'root', true],
  ])('let off %s %s: %s', (address, user, covered) => {
    const set = testParsers(parserItem('s02-enrich', 'w', document))
    const event = lineEvent('x')
    event.meta.set('source_ip', address)
    event.parsed.set('user', user)
    expect(set.parse(event)).toBe(true)
    expect([event.whitelisted, event.whitelistReason]).toEqual([covered, covered ? 'ours' : ''])
    expect(event.meta.has('let_off')).toBe(covered)
  })

  it('let a whole overflow off for one of its sources', () => {
    const set = testParsers({ ...parserItem('s01-whitelist', 'w', document), type: 'postoverflows' })
    const event = lineEvent('')
    const sources = new Map(['10.0.0.9', '10.0.0.1'].map((address) => [address, new Source('Ip', address)]))
    event.overflow = {
      partition: '',
      scenario: '',
      whitelisted: false,
      reprocess: false,
      sources,
      alerts: [],
    }
    expect(set.parsePostoverflow(event)).toBe(true)
    expect([event.whitelisted, event.overflow.whitelisted]).toEqual([true, true])
  })
})

describe('stages', () => {
  const advance = 'name: a\nonsuccess: next_stage\nstatics: [{meta: a, value: v}]'
  const never = "name: never\nfilter: 'false'\nstatics: [{meta: a, value: v}]"

  it('are run in order, and each needs a node that matches', () => {
    const first = parserItem('s00-raw', 'a', advance)
    const last = parserItem('s02-enrich', 'z', 'name: z\nstatics: [{meta: z, value: v}]')
    const event = lineEvent('x')
    expect(testParsers(last, first).parse(event)).toBe(true)
    expect([event.processed, event.stage]).toEqual([true, 's02-enrich'])
    expect(testParsers(first, parserItem('s02-enrich', 'z', never)).parse(lineEvent('x'))).toBe(false)
    expect(testParsers(first, last, parserItem('s01-parse', 'n', never)).parse(lineEvent('x'))).toBe(false)
  })

  it('are not left without next_stage', () => {
    const stay = parserItem('s00-raw', 'a', 'name: a\nstatics: [{meta: a, value: v}]')
    const event = lineEvent('x')
    expect(testParsers(stay, parserItem('s01-parse', 'b', advance)).parse(event)).toBe(false)
    expect([event.stage, event.processed]).toEqual(['s00-raw', false])
  })

  it('are skipped by an event that is further on', () => {
    const set = testParsers(parserItem('s00-raw', 'a', never), parserItem('s01-parse', 'b', advance))
    const event = lineEvent('x')
    event.stage = 's01-parse'
    expect(set.parse(event)).toBe(true)
  })

  it('find nodes by the constant at the head of their filters, whatever earlier nodes changed', () => {
    const node = (program: string, more: string) =>
      `name: ${program}\nfilter: "evt.Parsed.program == '${program}'"\n${more}`
    const set = testParsers(
      parserItem(
        's01-parse',
        '1',
        node('first', "statics: [{parsed: program, value: third}, {meta: '1', value: v}]"),
      ),
      parserItem('s01-parse', '2', node('second', "statics: [{meta: '2', value: v}]")),
      parserItem('s01-parse', '3', node('third', "statics: [{meta: '3', value: v}]")),
      parserItem(
        's01-parse',
        '4',
        "name: 4\nfilter: evt.Parsed.program startsWith 'th'\nstatics: [{meta: '4', value: v}]",
      ),
    )
    const event = lineEvent('x')
    event.parsed.set('program', 'first')
    expect(set.parse(event)).toBe(true)
    expect([...event.meta.keys()]).toEqual(['1', '3', '4'])
  })

  it('tell an observer of every node that an event reached, and why filters refused it', () => {
    const visits: NodeVisit[] = []
    const set = testParsers(
      parserItem(
        's01-parse',
        'a',
        "name: no\nfilter: evt.Parsed.program == 'x'\nstatics: [{meta: a, value: v}]",
      ),
      parserItem('s01-parse', 'b', advance),
      parserItem('s01-parse', 'c', 'name: late\nstatics: [{meta: c, value: v}]'),
    )
    set.parse(lineEvent('x'), (visit) => visits.push(visit))
    expect(visits.map(({ stage, node, item, success }) => [stage, node, item, success])).toEqual([
      ['s01-parse', 'no', 'me/a', false],
      ['s01-parse', 'a', 'me/b', true],
    ])
    expect(visits[0]?.explain()).toEqual([{ source: "evt.Parsed.program == 'x'", value: false }])
    expect(visits[1]?.explain()).toEqual([])
  })
})

describe('postoverflows', () => {
  const item = {
    ...parserItem(
      's00-enrich',
      'rdns',
      'name: rdns\nstatics: [{method: reverse_dns, expression: evt.Meta.ip}, {meta: name, expression: evt.Enriched.reverse_dns}]',
    ),
    type: 'postoverflows' as const,
  }

  it('wait for the names of addresses where somebody knows them', async () => {
    const set = testParsers.with({ reverseLookup: async () => ['host.example'] })(item)
    const event = lineEvent('')
    event.meta.set('ip', '10.0.0.1')
    const parsed = set.parsePostoverflow(event)
    expect(parsed).toBeInstanceOf(Promise)
    await parsed
    expect(event.meta.get('name')).toBe('host.example.')
  })

  it('answer at once, without names, in replay', () => {
    const event = lineEvent('')
    event.meta.set('ip', '10.0.0.1')
    expect(testParsers(item).parsePostoverflow(event)).toBe(true)
    expect(event.meta.has('name')).toBe(false)
  })
})

describe('loadParsers', () => {
  it('reports every error of every item with its place', () => {
    const bad = [
      parserItem(
        's01-parse',
        'a',
        "name: a\nfilter: evt.Metta.x == 'y'\nstatics: [{method: ParseDat, expression: evt.StrTime}]",
      ),
      parserItem('s01-parse', 'b', 'name: b\ngrok: {pattern: "%{IPP:x}", apply_on: m}'),
    ]
    let text = ''
    try {
      testParsers(...bad)
    } catch (error) {
      if (error instanceof TocsinErrors) text = formatError(error)
    }
    expect(text).toContain('parsers/s01-parse/me/a.yaml:2')
    expect(text).toContain('did you mean "Meta"?')
    expect(text).toContain('did you mean "ParseDate"?')
    expect(text).toContain('parsers/s01-parse/me/b.yaml:2:18')
    expect(text).toContain('there is no pattern "IPP"')
    const set = testParsers.with({ tolerant: true })(
      ...bad,
      parserItem('s01-parse', 'c', 'name: c\nstatics: [{meta: a, value: v}]'),
    )
    expect(set.errors).toHaveLength(3)
    expect(set.parse(lineEvent('x'))).toBe(true)
  })

  it('warns of a pattern that is defined twice and of a target that does not exist', () => {
    const define = (name: string, text: string) =>
      parserItem(
        's01-parse',
        name,
        `name: ${name}\npattern_syntax: {MINE: '${text}'}\nstatics: [{target: nowhere, value: v}]`,
      )
    const set = testParsers(define('a', 'x'), define('b', 'y'))
    expect(set.warnings.map(({ code }) => code)).toEqual([
      'PARSER_BAD_TARGET',
      'GROK_REDEFINED',
      'PARSER_BAD_TARGET',
    ])
  })

  it('loads the data files that items name, and warns of missing ones', () => {
    const text = `
name: a
filter: any(File('names.txt'), {# == evt.Parsed.user})
statics: [{meta: a, value: v}]
data:
  - {source_url: 'https://example.com/names.txt', dest_file: names.txt, type: string}
  - {source_url: 'https://example.com/gone.txt', dest_file: gone.txt, type: string}`
    const dataFile = (name: string) => (name === 'names.txt' ? new TextEncoder().encode('# c\nann\n') : null)
    const set = testParsers.with({ dataFile })(parserItem('s01-parse', 'a', text))
    const event = lineEvent('x')
    event.parsed.set('user', 'ann')
    expect(set.parse(event)).toBe(true)
    expect(set.warnings.map(({ message }) => message)).toEqual([expect.stringContaining('gone.txt')])
  })
})
