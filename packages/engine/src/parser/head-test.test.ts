import { noWorld } from '@tocsin/expr'
import { describe, expect, it } from 'vitest'
import { eventEnvironment } from '../environment.ts'
import { lineEvent } from '../../test/parsers.ts'
import { FilterDispatch } from './dispatch.ts'
import { compileExpression } from './expression.ts'
import { computedHeadTest, constantHeadTests, isDecidedBy } from './head-test.ts'

const environment = eventEnvironment(noWorld())
const filter = (source: string) => compileExpression('filter', { value: source, where: {} }, environment)

describe('computedHeadTest', () => {
  it.each([
    ["Upper(evt.Parsed.program) == 'NAMED'", 'named', 'sshd'],
    [
      "evt.Parsed.program endsWith '/smtpd' && ParseKV(evt.Parsed.message, evt.Unmarshaled, 'x') == nil",
      'a/smtpd',
      'a',
    ],
    ["evt.Line.Labels.type not in ['syslog', 'unifi']", 'nginx', 'unifi'],
    ["evt.Parsed.program in ['a', 'b'] or evt.Parsed.program endsWith '_x'", 'a_x', 'c'],
    ["not (evt.Meta.service matches '^h(t+)p$') and evt.Meta.x == evt.Parsed.x", 'ssh', 'http'],
  ])('finds what %s asks', (source, passes, fails) => {
    const test = computedHeadTest(filter(source), environment)
    expect([test?.holds(passes), test?.holds(fails)]).toEqual([true, false])
  })

  it.each([
    "Upper(evt.Parsed.program) == 'A' || evt.Parsed.message == 'b'",
    "Upper(evt.Parsed.program) == 'A' && evt.Meta.x == 'b' || evt.Meta.x == 'c'",
    'Upper(evt.Parsed.program) == Upper(evt.Parsed.name)',
    "let x = evt.Parsed.program; Upper(x) == 'A'",
    "Upper(evt.Parsed.program) == 'A' ? true : false",
    "GetFromStash('cache', evt.Parsed.program) == ''",
    "evt.GetMeta('program') == 'a'",
    "evt.SetParsed('program', 'a') && evt.Parsed.program == 'a'",
  ])('leaves %s alone', (source) => {
    expect(computedHeadTest(filter(source), environment)).toBeNull()
  })
})

describe('isDecidedBy', () => {
  it.each([
    ["evt.Parsed.program == 'a'", true],
    ["evt.Meta.service == 'http' && evt.Meta.log_type in ['a', 'b']", true],
    ["evt.Parsed.program == 'a' && evt.Meta.x contains 'b'", false],
    ["(evt.Parsed.program == 'a' && evt.Meta.x == 'b')", false],
  ])('tells of %s: %s', (source, decided) => {
    const compiled = filter(source)
    expect(isDecidedBy(compiled, constantHeadTests(compiled))).toBe(decided)
  })
})

describe('FilterDispatch', () => {
  it('finds as many filters as there are, beyond a word of bits', () => {
    const filters = Array.from({ length: 100 }, (_, at) =>
      at % 2 ? filter(`evt.Parsed.program == '${at}'`) : null,
    )
    const dispatch = new FilterDispatch(filters, environment)
    const event = lineEvent('')
    event.parsed.set('program', '77')
    dispatch.select(event)
    const found: number[] = []
    for (let at = dispatch.next(-1); at >= 0; at = dispatch.next(at)) found.push(at)
    expect(found).toEqual([...filters.keys()].filter((at) => at % 2 === 0 || at === 77))
  })

  it('gives up on a field that is another one on each line, and stays right', () => {
    const dispatch = new FilterDispatch([filter("evt.Parsed.path startsWith '/a'")], environment)
    const chosen = (path: string) => {
      const event = lineEvent('')
      event.parsed.set('path', path)
      dispatch.select(event)
      return dispatch.next(-1) === 0
    }
    expect([chosen('/a1'), chosen('/b1')]).toEqual([true, false])
    expect(dispatch.isDecided(0)).toBe(true)
    for (let line = 0; line < 10_000; line++) chosen(`/b${line}`)
    expect([chosen('/a2'), chosen('/b2'), dispatch.isDecided(0)]).toEqual([true, true, false])
  })
})
