import { describe, expect, it } from 'vitest'
import { Demand } from './demand.ts'

function reads(source: string): string[] {
  const demand = new Demand()
  demand.addExpression(source)
  return (['Parsed', 'Meta', 'Enriched'] as const).flatMap((map) => {
    const keys = demand.keysOf(map)
    return keys === null ? [`${map}.*`] : keys.map((key) => `${map}.${key}`)
  })
}

describe('Demand', () => {
  it.each<[source: string, fields: string[]]>([
    ["evt.Parsed.program == 'sshd'", ['Parsed.program']],
    ['evt.Meta["source_ip"] + evt.Meta[\'x\']', ['Meta.source_ip', 'Meta.x']],
    ['evt?.Meta?.log_type', ['Meta.log_type']],
    ['evt . Enriched . IsoCode', ['Enriched.IsoCode']],
    ['"source_ip" in evt.Meta && evt.Meta.a == ""', ['Meta.source_ip', 'Meta.a']],
    ["evt.GetMeta('user')", ['Meta.user']],
    ['evt.GetMeta(evt.Parsed.key)', ['Parsed.key', 'Meta.*']],
    ['keys(evt.Meta)', ['Meta.*']],
    ['evt.Meta[evt.Parsed.key]', ['Parsed.key', 'Meta.*']],
    ['evt.Parsed.key in evt.Meta', ['Parsed.key', 'Meta.*']],
    ["XMLGetNodeValue(evt.Line.Raw, '/Event')", []],
    ['ToJSON(evt)', ['Parsed.*', 'Meta.*', 'Enriched.*']],
    ["evt.SetMeta('a', evt.Parsed.b)", ['Parsed.b']],
    ["let m = evt.Meta; m.x == 'y'", ['Meta.*']],
    ["evt.GetMeta('se' + 'en') == ''", ['Meta.*']],
    ["'se' + 'en' in evt.Meta", ['Meta.*']],
    ["evt.Parsed.command contains '$env:Public evt'", ['Parsed.command']],
    ["$env['evt'].Meta.a == ''", ['Parsed.*', 'Meta.*', 'Enriched.*']],
  ])('%s reads %j', (source, fields) => {
    expect(reads(source)).toEqual(fields)
  })

  it.each<[source: string, metas: string[] | null]>([
    ["len(filter(queue.Queue, {#.Meta.log_type == 'x'})) > 3 && .Meta.y == ''", ['log_type', 'y']],
    [
      "let f = filter(queue.Queue, {#.Meta.log_type == 'x'}); len(f) >= 4 && MedianInterval(map(f[-4:], {#.Time})) > duration('10m')",
      ['log_type'],
    ],
    ['queue.Queue[-1].Meta.user == evt.Meta.user && leaky.Total_count > 3', ['user']],
    ['any(queue.Queue, {len(#) > 1})', null],
    ["toJSON(queue.Queue) contains 'yes'", null],
    ["let e = queue.Queue[0]; ToJsonString(e) contains 'yes'", null],
    ['let e = queue.Queue[0]; e == queue.Queue[1]', null],
    ['queue.Queue[0] == queue.Queue[1]', null],
    ["last(queue.Queue).Meta.x == ''", null],
    ['queue.Queue | len() > 1', null],
  ])('sees what %s reads of a queue', (source, metas) => {
    const demand = new Demand()
    demand.addBucketExpression(source)
    expect(demand.keysOf('Meta')).toEqual(metas)
  })
})
