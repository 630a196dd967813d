import { describe, expect, test } from 'vitest'
import { eventEnvironment, eventScope } from '../../test/event-environment.ts'
import { compileExpr, explainFalse } from '../index.ts'

function reasonsFor(source: string): string[] {
  return explainFalse(compileExpr(source, eventEnvironment), eventScope()).map(({ source: part, value }) =>
    value instanceof Error ? `${part}: error` : `${part}: ${JSON.stringify(value)}`,
  )
}

describe('what made it false', () => {
  test.each([
    ["evt.Parsed.program == 'sshd'", []],
    ["evt.Parsed.program == 'nginx'", ["evt.Parsed.program == 'nginx': false"]],
    [
      "evt.Parsed.program == 'sshd' && evt.Meta.log_type == 'x' && Atof('y') == 1",
      ["evt.Meta.log_type == 'x': false"],
    ],
    ["evt.Meta.a == '1' || evt.Meta.b == '2'", ["evt.Meta.a == '1': false", "evt.Meta.b == '2': false"]],
    ["not (evt.Parsed.program == 'sshd' || evt.Meta.a == '1')", ["evt.Parsed.program == 'sshd': true"]],
    [
      "not (evt.Parsed.program == 'sshd' && evt.Enriched.IsoCode == 'FR')",
      ["evt.Parsed.program == 'sshd': true", "evt.Enriched.IsoCode == 'FR': true"],
    ],
    [
      "evt.Parsed.n == '12' && (evt.Meta.a == '1' || false == evt.Whitelisted && evt.Meta.b == '2')",
      ["evt.Meta.a == '1': false", "evt.Meta.b == '2': false"],
    ],
    ["let p = evt.Parsed.program; p != '' && p == 'nginx'", ["p == 'nginx': false"]],
    [
      "evt.Parsed.n == '12' ? evt.Meta.a == '1' : true",
      ["evt.Parsed.n == '12': true", "evt.Meta.a == '1': false"],
    ],
    [
      "any(File('lines.txt'), { evt.Line.Raw contains # })",
      ["any(File('lines.txt'), { evt.Line.Raw contains # }): false"],
    ],
  ])('%s', (source, expected) => {
    expect(reasonsFor(source)).toEqual(expected)
    expect(reasonsFor(source)).toEqual(expected)
  })
})

describe('what failed', () => {
  test.each([
    ["int(evt.Parsed.empty) > 3 && evt.Parsed.n == '12'", ['int(evt.Parsed.empty) > 3: error']],
    ["evt.Parsed.n == '12' && !(evt.Unmarshaled.nope.x == 1)", ['evt.Unmarshaled.nope.x == 1: error']],
    ['evt.Unmarshaled.json.a ? true : false', ['evt.Unmarshaled.json.a: 1']],
  ])('%s', (source, expected) => {
    expect(reasonsFor(source)).toEqual(expected)
  })
})

test('a long chain of alternatives is cut', () => {
  const source = Array.from({ length: 500 }, (_, index) => `evt.Parsed.a == '${index}'`).join(' || ')
  expect(reasonsFor(source)).toHaveLength(50)
})
