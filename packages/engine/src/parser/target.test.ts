import { Time } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { Event } from '../event.ts'
import { type Alert, Source } from '../overflow.ts'
import { targetSetter } from './target.ts'

function lineEvent(): Event {
  const line = { raw: 'a', src: '', timeMs: 0, labels: new Map([['type', 'syslog']]), module: 'file' }
  return new Event(line, 'live', Time.fromMs(0))
}

describe('targetSetter', () => {
  it.each([
    ['evt.StrTime', (event: Event) => event.strTime],
    ['StrTimeFormat', (event: Event) => event.strTimeFormat],
    ['MarshaledTime', (event: Event) => event.marshaledTime],
    ['evt.Stage', (event: Event) => event.stage],
    ['evt.Meta.log_type', (event: Event) => event.meta.get('log_type')],
    ['evt.Parsed.a.b', (event: Event) => event.parsed.get('a')],
    ['Enriched.x', (event: Event) => event.enriched.get('x')],
    ['evt.Unmarshaled.x', (event: Event) => event.unmarshaled.get('x')],
    ['evt.Line.Raw', (event: Event) => event.line.raw],
    ['evt.Line.Labels.type', (event: Event) => event.line.labels.get('type')],
  ])('writes %s', (target, read) => {
    const event = lineEvent()
    expect(targetSetter(target)?.(event, 'text')).toBe(true)
    expect(read(event)).toBe('text')
  })

  it.each([
    'source_ip',
    'evt.Parsed',
    'evt.StrTime.x',
    'evt.Line',
    'evt.Time',
    'evt.Overflow.Sources.x',
    'evt',
    '',
  ])('finds no place for %j', (target) => {
    expect(targetSetter(target)).toBeNull()
  })

  it('writes into the source that the alert and the overflow share, and nowhere on a line', () => {
    const source = new Source('Ip', '2001:db8::1')
    const alert = { source } as Alert
    const event = lineEvent()
    const set = targetSetter('evt.Overflow.Alert.Source.Value')
    expect(set?.(event, 'text')).toBe(false)
    event.overflow = {
      partition: '',
      scenario: '',
      whitelisted: false,
      reprocess: false,
      sources: new Map([['2001:db8::1', source]]),
      alerts: [alert],
    }
    expect(set?.(event, '2001:db8::/64')).toBe(true)
    expect(event.overflow.sources.get('2001:db8::1')?.value).toBe('2001:db8::/64')
  })
})
