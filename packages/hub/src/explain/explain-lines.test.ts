import type { ItemFile, ItemType, Line } from '@tocsin/engine'
import { describe, expect, it } from 'vitest'
import { explainLines, type LineExplanation } from './explain-lines.ts'
import { renderExplanations } from './render.ts'

function item(type: ItemType, name: string, text: string, stage = ''): ItemFile {
  return { type, name, path: `${type}/${stage}/${name}.yaml`, text, version: '?', hash: '', stage }
}

const items = [
  item(
    'parsers',
    'me/other',
    "name: me/other\nfilter: evt.Line.Labels.type == 'other'\nstatics: [{ meta: a, value: b }]",
    's01-parse',
  ),
  item(
    'parsers',
    'me/words',
    'name: me/words\nonsuccess: next_stage\ngrok: { pattern: "^%{WORD:word} %{IP:ip}$", apply_on: Line.Raw }\nstatics: [{ meta: source_ip, expression: evt.Parsed.ip }]',
    's01-parse',
  ),
  item('parsers', 'me/ours', 'name: me/ours\nwhitelist: { reason: ours, ip: [192.0.2.9] }', 's02-enrich'),
  item(
    'scenarios',
    'me/bad',
    "type: trigger\nname: me/bad\ndescription: d\nfilter: evt.Parsed.word == 'bad'",
  ),
  item(
    'scenarios',
    'me/worse',
    "type: trigger\nname: me/worse\ndescription: d\nfilter: evt.Parsed.word == 'worse'",
  ),
]

function line(raw: string): Line {
  return { raw, src: 'log', timeMs: 0, labels: new Map([['type', 'x']]), module: 'file' }
}

const explain = (lines: string[], refused = false): LineExplanation[] =>
  explainLines(items, lines.map(line), { refused })

describe('explainLines', () => {
  it('tells the way of each line', () => {
    const [bad, ours, noise] = explain(['bad 192.0.2.1', 'bad 192.0.2.9', 'noise'], true)
    expect(bad).toMatchObject({
      outcome: 'parsed',
      scenarios: ['me/bad'],
      stages: [
        {
          stage: 's01-parse',
          nodes: [
            { node: 'me/other', success: false, why: [{ source: expect.stringContaining('Labels') }] },
            { node: 'me/words', success: true, whitelisted: false, why: [] },
          ],
        },
        { stage: 's02-enrich', nodes: [{ node: 'me/ours', success: true }] },
      ],
      refused: [{ scenario: 'me/worse', why: [{ source: expect.stringContaining('evt.Parsed.word') }] }],
    })
    expect(ours).toMatchObject({
      outcome: 'whitelisted',
      whitelistReason: 'ours',
      scenarios: [],
      refused: [],
    })
    expect(noise).toMatchObject({ outcome: 'unparsed', scenarios: [] })
  })

  it('is shown as a tree', () => {
    const explained = explain(['bad 192.0.2.1', 'noise'])
    expect(renderExplanations(explained, { onlySuccessful: true }).split('\n')).toEqual([
      'line: bad 192.0.2.1',
      '\t├ s01-parse',
      '\t|\t└ 🟢 me/words (+4)',
      '\t├ s02-enrich',
      '\t|\t└ 🟢 me/ours (unchanged)',
      '\t├-------- parser success 🟢',
      '\t├ Scenarios',
      '\t\t└ 🟢 me/bad',
      '',
      'line: noise',
      '\t├ s01-parse',
      '\t└-------- parser failure 🔴',
      '',
    ])
    const verbose = renderExplanations(explained, { verbose: true, failures: false })
    expect(verbose).toContain('create evt.Parsed.ip : 192.0.2.1')
    expect(verbose).toContain('🔴 me/other')
    expect(renderExplanations(explained, { failures: true })).not.toContain('bad 192.0.2.1')
  })
})
