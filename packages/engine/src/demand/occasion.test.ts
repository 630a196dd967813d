import { describe, expect, it } from 'vitest'
import { compileExpr, noWorld } from '@tocsin/expr'
import { eventEnvironment } from '../environment.ts'
import { Demand } from './demand.ts'
import { eitherOf, Occasions, type When } from './occasion.ts'

const environment = eventEnvironment(noWorld())

function whenOf(sources: readonly string[]): When[] {
  const occasions = new Occasions()
  return sources.map((source) => occasions.of(compileExpr(source, environment)))
}

describe('Occasions', () => {
  it('are those of the constant tests that a filter begins with', () => {
    const [always, one, same, other] = whenOf([
      'len(evt.Meta.x) > 1',
      "evt.Meta.kind == 'a' && evt.Meta.x != ''",
      "evt.Meta.kind == 'a' && evt.Meta.y != ''",
      "evt.Meta.kind in ['a', 'b'] && evt.Meta.x != ''",
    ])
    expect(always).toBeNull()
    expect(one).toHaveLength(1)
    expect(same).toBe(one)
    expect(eitherOf(one, other)).toHaveLength(2)
    expect(eitherOf(one, same)).toHaveLength(1)
    expect([eitherOf(one, null), eitherOf(undefined, one), eitherOf(undefined, null)]).toEqual([
      null,
      one,
      null,
    ])
  })

  it('are not told apart where there are many', () => {
    const many = whenOf(['a', 'b', 'c', 'd', 'e'].map((kind) => `evt.Meta.kind == '${kind}'`))
    expect(many.slice(0, 4).reduce(eitherOf)).toHaveLength(4)
    expect(many.reduce(eitherOf)).toBeNull()
  })
})

describe('Demand', () => {
  it('knows when a field is wanted', () => {
    const [when] = whenOf(["evt.Meta.kind == 'a'"])
    const demand = new Demand()
    demand.addExpression('evt.Meta.x + evt.Meta.y', when)
    demand.addExpression('evt.Meta.y')
    expect([demand.whenWanted('Meta', 'x'), demand.whenWanted('Meta', 'y')]).toEqual([when, null])
    expect([demand.whenWanted('Meta', 'z'), demand.wants('Meta', 'x')]).toEqual([undefined, true])
    demand.addExpression('keys(evt.Meta)', when)
    expect(demand.whenWanted('Meta', 'z')).toBeNull()
  })
})
