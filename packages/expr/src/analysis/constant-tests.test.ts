import { describe, expect, test } from 'vitest'
import { eventEnvironment } from '../../test/event-environment.ts'
import { compileExpr, constantTests } from '../index.ts'

function testsIn(source: string): string[] {
  return constantTests(compileExpr(source, eventEnvironment)).map(
    ({ path, kind, values }) => `${path} ${kind} ${values.join('|')}`,
  )
}

describe('filters begin with', () => {
  test.each([
    ["evt.Parsed.program == 'sshd'", ['evt.Parsed.program equals sshd']],
    ["'sshd' == evt.Parsed['program']", ['evt.Parsed.program equals sshd']],
    ["evt.Meta.log_type in ['a', 'b']", ['evt.Meta.log_type equals a|b']],
    ["evt.Parsed.program startsWith 'post'", ['evt.Parsed.program prefix post']],
    ["evt.Line.Labels.type == 'syslog'", ['evt.Line.Labels.type equals syslog']],
    ["evt.Parsed.a == 'x' && evt.Meta.b == 'y'", ['evt.Parsed.a equals x', 'evt.Meta.b equals y']],
    ["evt.Parsed.a == 'x' || evt.Parsed.a == 'y'", ['evt.Parsed.a equals x|y']],
    ["evt.Parsed.a == 'x' && len(File('f')) > 0 || evt.Parsed.a == 'y'", ['evt.Parsed.a equals x|y']],
    [
      "evt.Parsed.a in ['x'] && (evt.Meta.b == '1' || evt.Meta.b == '2')",
      ['evt.Parsed.a equals x', 'evt.Meta.b equals 1|2'],
    ],
  ])('%s', (source, expected) => {
    expect(testsIn(source)).toEqual(expected)
  })
})

describe('tests count behind what cannot fail', () => {
  test.each([
    "evt.Parsed.m contains 'z' && evt.Parsed.a == 'x'",
    "evt.Parsed.m != '' && not (evt.Meta.q matches '^a') && evt.Parsed.a == 'x'",
    "!evt.Whitelisted && evt.Parsed.a == 'x'",
    "(evt.Meta.a == '1' || evt.Meta.b endsWith '2') && evt.Parsed.a == 'x'",
    "let low = Lower(evt.Parsed.m); low contains 'y' && evt.Parsed.a == 'x'",
    "let a = evt.Parsed.a; a == 'x'",
    "if (len(evt.Parsed.m) > 3 && evt.Parsed.a == 'x') { int(evt.Parsed.m) > 3 } else { false }",
    "IpInRange(evt.Meta.source_ip, '10.0.0.0/8') && evt.Parsed.a == 'x'",
    "any(File('lines.txt'), { evt.Parsed.m contains Upper(#) }) && evt.Parsed.a == 'x'",
  ])('%s', (source) => {
    expect(testsIn(source)).toEqual(['evt.Parsed.a equals x'])
  })
})

describe('no tests in', () => {
  test.each([
    "evt.Parsed.a != 'x'",
    "not (evt.Parsed.a == 'x')",
    "Lower(evt.Parsed.a) == 'x'",
    "evt.Parsed.a == 'x' || evt.Parsed.b == 'x'",
    "evt.Parsed.a == 'x' || evt.Parsed.a startsWith 'y'",
    "evt.Parsed.a in ['x', evt.Parsed.b]",
    "evt.Unmarshaled.json.a == 'x'",
    "evt.Overflow.Alert.Scenario == 'x'",
    "evt.Overflow.Sources['1.2.3.4'].IP == 'x'",
    "evt.Parsed['a.b'] == 'x'",
    "int(evt.Parsed.n) > 3 && evt.Parsed.a == 'x'",
    "evt.Unmarshaled.json.b == 'y' && evt.Parsed.a == 'x'",
    "let a = int(evt.Parsed.a); evt.Parsed.a == 'x'",
    "evt.Parsed.a == 'x' ? true : evt.Parsed.b == 'y'",
  ])('%s', (source) => {
    expect(testsIn(source)).toEqual([])
  })
})

test('a chain of thousands of alternatives is one test', () => {
  const source = Array.from({ length: 5000 }, (_, index) => `evt.Parsed.a == '${index}'`).join(' || ')
  const [only, ...others] = constantTests(compileExpr(source, eventEnvironment))
  expect(only?.values).toHaveLength(5000)
  expect(others).toEqual([])
})
