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
    ["$env['evt'].Meta.a == ''", ['Parsed.*', 'Meta.*', 'Enriched.*']],
  ])('%s reads %j', (source, fields) => {
    expect(reads(source)).toEqual(fields)
  })

  it('sees the elements of queues', () => {
    const demand = new Demand()
    demand.addBucketExpression("len(filter(queue.Queue, {#.Meta.log_type == 'x'})) > 3 && .Meta.y == ''")
    expect(demand.keysOf('Meta')).toEqual(['log_type', 'y'])
    demand.addBucketExpression('any(queue.Queue, {len(#) > 1})')
    expect(demand.keysOf('Meta')).toBeNull()
  })
})
