import { anything, readDocuments } from '@tocsin/document'
import { describe, expect, it } from 'vitest'
import { formatYaml } from './yaml.ts'

function parse(text: string): unknown {
  const { values, errors } = readDocuments(text, 'x.yaml', anything())
  expect(errors).toEqual([])
  return values[0]?.value
}

it('values are blocks, texts plain where they may be', () => {
  const value = {
    id: 7,
    scenario: 'tocsin/ssh-bruteforce',
    simulated: false,
    decisions: [],
    none: null,
    left: undefined,
    source: { scope: 'Ip', value: '192.0.2.7' },
    events: [{ timestamp: '2026-11-22T12:00:00Z', meta: [{ key: 'user', value: 'root' }] }, {}],
  }
  expect(formatYaml(value)).toBe(
    `id: 7
scenario: tocsin/ssh-bruteforce
simulated: false
decisions: []
none: null
source:
  scope: Ip
  value: "192.0.2.7"
events:
  - timestamp: "2026-11-22T12:00:00Z"
    meta:
      - key: user
        value: root
  - {}
`,
  )
  expect(parse(formatYaml(value))).toEqual({ ...value, left: undefined })
})

describe('a text comes back as it was', () => {
  it.each([
    '',
    ' a',
    'a ',
    'yes',
    'Null',
    '7',
    '1.5e3',
    '2026-11-22',
    '- a',
    'a: b',
    'a:',
    'a #b',
    '#a',
    '"',
    "it's",
    'a\nb',
    '\u001b[31m',
    '\u009b31m',
    '\u2028',
    '{a}',
    '&a',
    '*a',
    '!a',
    '%a',
    '---',
    'http://a/b?c',
    'Ip 192.0.2.7 performed x (6 events over 25s)',
    '\u{1f600}',
  ])('%j', (text) => {
    const written = formatYaml({ text, list: [text], [text]: 1 })
    expect(parse(written)).toEqual({ text, list: [text], [text]: 1 })
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/)
  })
})
