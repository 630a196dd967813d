import { Time, type Value } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { Event } from './event.ts'
import { type Alert, Source } from './overflow.ts'
import { changesOf, copyEvent } from './trace.ts'

function event(): Event {
  const line = { raw: 'a', src: '', timeMs: 0, labels: new Map([['type', 'syslog']]), module: 'file' }
  const made = new Event(line, 'replay', Time.fromMs(0))
  made.parsed.set('program', 'sshd')
  made.unmarshaled.set('json', new Map([['list', [1, new Map([['deep', 'x']])]]]))
  return made
}

describe('copyEvent', () => {
  it('shares nothing with the original', () => {
    const original = event()
    const copy = copyEvent(original)
    expect(copy).toEqual(original)
    original.parsed.set('program', 'su')
    const json = original.unmarshaled.get('json') as Map<string, [number, Map<string, string>]>
    json.get('list')?.[1].set('deep', 'y')
    expect(copy).toEqual(event())
  })

  it('copies and compares JSON of any depth', () => {
    const original = event()
    let deep: Value = 1
    for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : new Map([['k', deep]])
    original.unmarshaled.set('deep', deep)
    const copy = copyEvent(original)
    expect(copy.unmarshaled.get('deep') === deep).toBe(false)
    expect(changesOf(original, copy)).toHaveLength(0)
  })

  it('keeps a source shared that an alert and its overflow share', () => {
    const original = event()
    const source = new Source('Ip', '10.0.0.1')
    const alert = { source, events: [], meta: [] } as unknown as Alert
    const sources = new Map([['10.0.0.1', source]])
    original.overflow = {
      partition: '',
      scenario: 's',
      whitelisted: false,
      reprocess: false,
      sources,
      alerts: [alert],
    }
    const { overflow } = copyEvent(original)
    expect(overflow?.alerts[0]?.source).toBe(overflow?.sources.get('10.0.0.1'))
    expect(overflow?.alerts[0]?.source).not.toBe(source)
    expect(overflow?.alerts[0]?.source).toBeInstanceOf(Source)
  })
})

describe('changesOf', () => {
  it('names what was created, changed and deleted', () => {
    const before = event()
    const after = copyEvent(before)
    after.parsed.set('program', 'su').set('user', 'ann')
    after.unmarshaled.set('json', new Map([['list', [1]]]))
    after.stage = 's01-parse'
    before.meta.set('gone', 'x')
    expect(changesOf(before, after).map(({ change, path }) => `${change} ${path}`)).toEqual([
      'update Parsed.program',
      'create Parsed.user',
      'delete Meta.gone',
      'update Unmarshaled.json.list',
      'create Stage',
    ])
  })

  it('finds none where nothing changed', () => {
    expect(changesOf(event(), copyEvent(event()))).toEqual([])
  })
})
