import { describe, expect, it } from 'vitest'
import { isPlainTests } from './conjuncts.ts'

describe('isPlainTests', () => {
  it.each([
    ["evt.Meta.service == 'ssh'", 1],
    ["(evt.Meta.service == 'ssh') && evt.Meta.log_type in ['a', \"b\"]", 2],
    ['evt.Parsed.program startsWith \'nginx\' and evt.Line.Labels.type == "x"', 2],
  ])('takes %s', (source, count) => {
    expect(isPlainTests(source, count)).toBe(true)
  })

  it.each([
    ["(evt.Meta.a == 'x' ? evt.Meta.b == 'y' : false)", 1],
    ["not (evt.Meta.a == 'x')", 1],
    ["Upper(evt.Meta.a) == 'X'", 1],
    ["evt.Meta.a == 'x' || evt.Meta.b == 'y'", 1],
    ["evt.Meta.a == 'x' && evt.SetMeta('a', 'b')", 2],
    ["evt.Meta.a == 'x' && evt.Meta.b == 'y'", 1],
    ['evt.Meta.a == evt.Meta.b', 1],
    ["evt.Meta.a in ['x', evt.Meta.b]", 1],
  ])('refuses %s', (source, count) => {
    expect(isPlainTests(source, count)).toBe(false)
  })
})
