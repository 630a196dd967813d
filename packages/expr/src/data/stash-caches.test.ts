import { beforeEach, describe, expect, test } from 'vitest'
import { caller } from '../../test/call-helper.ts'
import { StashCaches } from './stash-caches.ts'

describe('stash caches', () => {
  let now = 0
  let stash = new StashCaches(() => now)

  beforeEach(() => {
    now = 1_000_000
    stash = new StashCaches(() => now)
  })

  test('what is not there is the empty string', () => {
    stash.define('c')
    stash.set('other', 'k', 'v')
    expect([stash.get('c', 'k'), stash.get('other', 'k')]).toEqual(['', ''])
    expect([stash.has('c'), stash.has('other')]).toEqual([true, false])
  })

  test('entries end after their time, counted from their writing', () => {
    stash.define('c', { ttlMs: 1000 })
    stash.set('c', 'k', 'v')
    now += 999
    expect(stash.get('c', 'k')).toBe('v')
    now += 1
    expect(stash.get('c', 'k')).toBe('')
    stash.set('c', 'k', 'w')
    expect(stash.get('c', 'k')).toBe('w')
  })

  test('of caches of one name all are written and the first is read', () => {
    stash.define('c', { size: 1 })
    stash.define('c', { size: 10 })
    stash.set('c', 'a', '1')
    stash.set('c', 'b', '2')
    expect([stash.get('c', 'a'), stash.get('c', 'b')]).toEqual(['', '2'])
  })

  test.each([
    ['LRU', ['', '1', '1']],
    ['LFU', ['1', '', '1']],
    ['ARC', ['1', '', '1']],
  ] as const)('%s decides what a full cache gives up', (strategy, left) => {
    stash.define('c', { size: 2, strategy })
    stash.set('c', 'a', '1')
    for (let use = 0; use < 3; use++) stash.get('c', 'a')
    stash.set('c', 'b', '1')
    stash.set('c', 'd', '1')
    expect(['a', 'b', 'd'].map((key) => stash.get('c', key))).toEqual(left)
  })

  test('helpers read and write them', () => {
    const ask = caller({ stash })
    stash.define('c')
    expect(ask('SetInStash', 'c', 'k', 'v', null)).toBeNull()
    expect(ask('GetFromStash', 'c', 'k')).toBe('v')
    expect(ask('GetFromStash', 'unknown', 'k')).toBe('')
  })
})
