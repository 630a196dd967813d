import { describe, expect, it } from 'vitest'
import { type Figure, keepsBudget, median, type Prepared, Unavailable } from '../bench/bench.ts'
import { type CpuProfile, summarize } from '../bench/cpu-profile.ts'
import { compare, measureRounds, spreads } from '../bench/rounds.ts'

describe('budgets', () => {
  const figure = (value: number, budget: Figure['budget']): Figure =>
    budget ? { what: 'x', value, unit: '', budget } : { what: 'x', value, unit: '' }

  it('are kept up to the limit itself', () => {
    expect(keepsBudget(figure(2, { max: 2 }))).toBe(true)
    expect(keepsBudget(figure(2.1, { max: 2 }))).toBe(false)
    expect(keepsBudget(figure(1.9, { min: 2 }))).toBe(false)
    expect(keepsBudget(figure(1e9, undefined))).toBe(true)
  })

  it('are broken by what could not be computed', () => {
    expect(keepsBudget(figure(Number.NaN, { max: 2 }))).toBe(false)
    expect(keepsBudget(figure(Number.NaN, { min: 2 }))).toBe(false)
  })
})

describe('rounds', () => {
  /** Takes 10 for the base, 20 for the work, and one more each round. */
  function bench(): Prepared & { readonly order: string[] } {
    const order: string[] = []
    const rounds = new Map<string, number>()
    return {
      order,
      cases: [
        {
          name: 'cost',
          measure(root) {
            order.push(root)
            const round = rounds.get(root) ?? 0
            rounds.set(root, round + 1)
            return Promise.resolve({ ms: (root === 'base' ? 10 : 20) + round })
          },
        },
        {
          name: 'new',
          measure: (root) =>
            root === 'base' ? Promise.reject(new Unavailable('it is new')) : Promise.resolve({ ms: 1 }),
        },
      ],
      figures: (samples) =>
        [...samples].map(([name, sample]) => ({ what: name, value: sample['ms'] ?? 0, unit: 'ms' })),
    }
  }

  it('measure two checkouts by turns, and compare what both have', async () => {
    const prepared = bench()
    const measured = await measureRounds(prepared, ['base', 'work'], 3)
    expect(prepared.order).toEqual(['base', 'work', 'work', 'base', 'base', 'work'])
    expect(measured.unavailable).toEqual(new Map([['new at the base', 'it is new']]))
    const [cost, ...others] = compare(measured)
    expect(others).toEqual([])
    expect(cost).toMatchObject({ what: 'cost', base: 11, work: 21 })
    expect([cost?.least, cost?.ratio, cost?.most]).toEqual([22 / 12, 21 / 11, 2])
  })

  it('go on where a base is too old for a case, and only there', async () => {
    const failing = (root: string): Prepared => ({
      cases: [
        {
          name: 'x',
          measure: (at) => (at === root ? Promise.reject(new Error('no\nmore')) : Promise.resolve({})),
        },
      ],
      figures: () => [],
    })
    const { unavailable } = await measureRounds(failing('base'), ['base', 'work'], 1)
    expect(unavailable).toEqual(new Map([['x at the base', 'no']]))
    await expect(measureRounds(failing('work'), ['base', 'work'], 1)).rejects.toThrow('no')
    await expect(measureRounds(failing('work'), ['work'], 1)).rejects.toThrow('no')
  })

  it('give medians with their spread', async () => {
    const measured = await measureRounds(bench(), ['work'], 3)
    const [cost] = spreads(measured, 0)
    expect([cost?.least, cost?.figure.value, cost?.most]).toEqual([20, 21, 22])
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })
})

describe('profiles', () => {
  const frame = (functionName: string, url = 'file:///here/a.ts', lineNumber = 9, scriptId = '7') => ({
    functionName,
    url,
    lineNumber,
    columnNumber: 0,
    scriptId,
  })
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)', '', -1, '0'), children: [2, 5] },
      { id: 2, callFrame: frame('outer'), children: [3] },
      { id: 3, callFrame: frame('inner', 'file:///here/b.ts', 4, '8'), children: [4] },
      // The function calls itself by way of the other.
      { id: 4, callFrame: frame('outer'), positionTicks: [{ line: 12, ticks: 3 }] },
      { id: 5, callFrame: frame('(idle)', '', -1, '0') },
    ],
    samples: [2, 3, 4, 5, 1],
    timeDeltas: [0, 1000, 2000, 3000, 4000],
  }

  it('are summed by function, recursion counted once and waiting left out', () => {
    const { busyMs, idleMs, functions, lines } = summarize(profile, '/here')
    expect([busyMs, idleMs]).toEqual([6, 4])
    expect(functions.map(({ name, place, selfMs, totalMs }) => [name, place, selfMs, totalMs])).toEqual([
      ['outer', 'a.ts:10', 4, 6],
      ['inner', 'b.ts:5', 2, 5],
    ])
    expect(functions[1]?.caller).toBe('outer a.ts:10')
    expect(lines).toEqual([{ place: 'a.ts:12', name: 'outer', ticks: 3 }])
  })
})
