import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TextArena } from './text-arena.ts'

describe('TextArena', () => {
  it('gives back what was added, whatever the characters', () => {
    const arena = new TextArena()
    const texts = ['', 'Failed password', 'für', '入侵', '😀', 'half \ud800 a pair', '\u0000', 'ééab', '一😀']
    const addresses = texts.map((text) => arena.add(text))
    expect(addresses.map((address) => arena.text(address))).toEqual(texts)
  })

  it('keeps texts apart that are added and released in any order', () => {
    const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
    const step = fc.record({ text, release: fc.nat(20), times: fc.integer({ min: 1, max: 4000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const arena = new TextArena()
        const kept: { address: number; text: string }[] = []
        for (const { text, release, times } of steps) {
          for (let count = 0; count < times; count++) {
            const own = `${text}${count}`
            kept.push({ address: arena.add(own), text: own })
          }
          for (const { address } of kept.splice(0, release * 200)) arena.release(address)
        }
        expect(kept.every(({ address, text }) => arena.text(address) === text)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('takes texts longer than a segment', () => {
    const arena = new TextArena()
    const long = 'x'.repeat(1_000_000)
    const before = arena.add('before')
    const address = arena.add(long)
    const after = arena.add('after')
    expect([before, address, after].map((each) => arena.text(each))).toEqual(['before', long, 'after'])
    arena.release(address)
    expect([before, after].map((each) => arena.text(each))).toEqual(['before', 'after'])
  })

  it('gives segments back whose texts were all released', () => {
    const arena = new TextArena()
    const line = 'x'.repeat(100)
    for (let count = 0; count < 100_000; count++) arena.release(arena.add(line))
    expect(arena.allocated).toBeLessThan(1_000_000)
    const addresses = Array.from({ length: 200_000 }, () => arena.add(line))
    expect(arena.allocated).toBeGreaterThan(20_000_000)
    for (const address of addresses.slice(1)) arena.release(address)
    expect(arena.allocated).toBeLessThan(6_000_000)
  })

  it('gives long texts no more room than they need, whatever comes between them', () => {
    const arena = new TextArena()
    for (let count = 0; count < 200; count++) {
      arena.add('x'.repeat(90_000))
      arena.add('short')
    }
    expect(arena.allocated).toBeLessThan(200 * 90_100 + 1_000_000)
  })

  it('says so where nothing lies', () => {
    expect(() => new TextArena().text(300_000)).toThrow('no text at 300000')
  })
})
