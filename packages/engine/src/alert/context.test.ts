import { DataFiles, StashCaches } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { scenarioEnvironments } from '../bucket/environments.ts'
import { lineEvent } from '../bucket/pour-fixture.ts'
import type { Event } from '../event.ts'
import { readItems } from '../item/read-items.ts'
import { compileContexts, type Contexts } from './context.ts'

const clock = () => 0
const environments = scenarioEnvironments({ files: new DataFiles(), stash: new StashCaches(clock), clock })

function contexts(text: string, maxBytes?: number): Contexts {
  const item = { type: 'contexts', name: 'test/c', path: 'c.yaml', text, version: '?', hash: '' } as const
  const report = (error: Error) => {
    throw error
  }
  return compileContexts(readItems([item]).contexts, environments, report, maxBytes)
}

function events(...metas: Record<string, string>[]): Event[] {
  return metas.map((meta) => lineEvent('replay', meta, 0))
}

describe('contexts', () => {
  it('collect each value once, in order, key by key', () => {
    const own = contexts('{context: {user: [evt.Meta.user, evt.Meta.other], agent: [evt.Meta.agent]}}')
    expect(own.valuesOf(events({ user: 'b', agent: 'x' }, { user: 'a', other: 'b' }, { user: 'b' }))).toEqual(
      [
        { key: 'agent', value: '["x"]' },
        { key: 'user', value: '["b","a"]' },
      ],
    )
  })

  it('take texts, integers and lists of them; nothing else, nor what fails', () => {
    const own = contexts(
      '{context: {k: ["len(evt.Meta.user)", "[\'x\', 2, 1.5, nil]", "1.5", "true", "nil", "evt.Unmarshaled.a.b"]}}',
    )
    expect(own.valuesOf(events({ user: 'ann' }))).toEqual([{ key: 'k', value: '["3","x","2"]' }])
  })

  it('see an empty match and a blank request on lines', () => {
    const own = contexts(
      `{context: {uri: ["(match.uri != nil && match.internal != true) ? match.uri : 'no'"], host: ["req != nil ? 'host' + req.Host : 'none'"], ua: ["req.Method != '' ? req.UserAgent() : 'blank'"]}}`,
    )
    expect(own.valuesOf(events({}))).toEqual([
      { key: 'host', value: '["host"]' },
      { key: 'ua', value: '["blank"]' },
      { key: 'uri', value: '["no"]' },
    ])
  })

  it('drop values from the end until they fit, then halve the last one', () => {
    const many = contexts('{context: {k: [evt.Meta.user]}}', 20)
    expect(many.valuesOf(events({ user: 'aaaaaa' }, { user: 'bbbbbb' }, { user: 'cccccc' }))).toEqual([
      { key: 'k', value: '["aaaaaa","bbbbbb"]' },
    ])
    expect(many.valuesOf(events({ user: 'x'.repeat(40) }))).toEqual([
      { key: 'k', value: '["xxxxxxxxxxx..."]' },
    ])
  })

  it('write JSON as Go does', () => {
    const own = contexts('{context: {k: [evt.Meta.user]}}')
    expect(own.valuesOf(events({ user: '<a & b>' }))[0]?.value).toBe('["\\u003ca \\u0026 b\\u003e"]')
  })

  it('are merged over all items', () => {
    const own = contexts('{context: {k: [evt.Meta.a]}}\n---\n{context: {k: [evt.Meta.b, evt.Meta.a]}}')
    expect(own.valuesOf(events({ a: '1', b: '2' }))).toEqual([{ key: 'k', value: '["1","2"]' }])
  })
})
