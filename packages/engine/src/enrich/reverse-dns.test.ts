import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReverseNames } from './reverse-dns.ts'

describe('ReverseNames', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => vi.useRealTimers())

  it('knows a name once it was asked for, for an hour', async () => {
    let now = 0
    const asked: string[] = []
    const lookup = async (address: string) => {
      asked.push(address)
      return [`host-${asked.length}.example`]
    }
    const names = new ReverseNames(lookup, () => now)
    expect(names.known('10.0.0.1')).toBeUndefined()
    await Promise.all([names.ask('10.0.0.1'), names.ask('10.0.0.1')])
    expect(names.known('10.0.0.1')).toBe('host-1.example.')
    expect(names.ask('10.0.0.1')).toBeNull()
    now = 3_600_001
    expect(names.known('10.0.0.1')).toBeUndefined()
    expect(asked).toEqual(['10.0.0.1'])
  })

  it('keeps the absence of a name for five minutes', async () => {
    let now = 0
    const names = new ReverseNames(
      () => Promise.reject(new Error('NXDOMAIN')),
      () => now,
    )
    await names.ask('10.0.0.1')
    expect(names.known('10.0.0.1')).toBe('')
    now = 300_001
    expect(names.known('10.0.0.1')).toBeUndefined()
  })

  it('gives up on a name server that never answers', async () => {
    const names = new ReverseNames(
      () => new Promise(() => {}),
      () => 0,
    )
    const asked = names.ask('10.0.0.1')
    await vi.advanceTimersByTimeAsync(3000)
    await asked
    expect(names.known('10.0.0.1')).toBe('')
  })

  it('never has more than 64 lookups under way', () => {
    const names = new ReverseNames(
      () => new Promise(() => {}),
      () => 0,
    )
    for (let host = 1; host <= 100; host++) void names.ask(`10.0.0.${host}`)
    expect(names.refused).toBe(36)
  })

  it('asks nothing without a lookup, or for what is no address', () => {
    expect(new ReverseNames(null, () => 0).ask('10.0.0.1')).toBeNull()
    expect(
      new ReverseNames(
        async () => ['x'],
        () => 0,
      ).ask('x'),
    ).toBeNull()
  })
})
