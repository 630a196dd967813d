import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatError, TocsinErrors } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../../testkit/src/index.ts'
import type { ItemFile, ItemType } from './item-file.ts'
import { readItems } from './read-items.ts'

function item(type: ItemType, text: string, path = `${type}/s01-parse/me/a.yaml`): ItemFile {
  return { type, name: 'me/a', path, text, version: '?', hash: '' }
}

function failure(...items: ItemFile[]): string {
  try {
    readItems(items)
  } catch (error) {
    if (error instanceof TocsinErrors) return error.errors.map(formatError).join('\n')
    throw error
  }
  return ''
}

describe('readItems', () => {
  it('orders parsers by stage, then file name, whoever wrote them', () => {
    const paths = ['s01-parse/a/z.yaml', 's01-parse/b/c.yaml', 's00-raw/x/y.yaml', 's02-enrich/a/a.yaml']
    const items = paths.map((path) =>
      item('parsers', 'name: n\nstatics: []\nnodes: [{grok: {name: IP, apply_on: m}}]', `parsers/${path}`),
    )
    const order = readItems(items).parsers.map((parser) => parser.item.path)
    expect(order).toEqual(
      ['s00-raw/x/y.yaml', 's01-parse/b/c.yaml', 's01-parse/a/z.yaml', 's02-enrich/a/a.yaml'].map(
        (path) => `parsers/${path}`,
      ),
    )
  })

  it('keeps the text of numbers and the order of documents', () => {
    const text =
      'name: one\nstatics:\n  - meta: status\n    value: 403\n---\nname: two\nwhitelist: {ip: [10.0.0.1]}\n'
    const [parser] = readItems([item('parsers', text)]).parsers
    expect(parser?.documents.map((document) => document.value.name)).toEqual(['one', 'two'])
    expect(parser?.documents[0]?.value.statics[0]?.value?.value).toBe('403')
  })

  it('skips documents without name, description and author, and formats beyond 3.0', () => {
    const text =
      'statics: [{meta: a, value: b}]\n---\nname: new\nformat: 3.1\nstatics: [{meta: a, value: b}]\n'
    const found = readItems([item('parsers', text)])
    expect(found.parsers[0]?.documents).toEqual([])
    expect(found.warnings.map((warning) => warning.code)).toEqual(['ITEM_UNKNOWN_FORMAT'])
  })

  it.each([
    ['an unknown key', 'name: n\nfilterr: a\nstatics: [{meta: a, value: b}]', 'did you mean "filter"?'],
    ['an empty node', 'name: n\nfilter: a', 'no grok, nodes, statics or whitelist'],
    [
      'an enriched destination',
      'name: n\nstatics: [{enriched: a, value: b}]',
      '"meta", "parsed" or "target"',
    ],
    ['a grok without a source', 'name: n\ngrok: {pattern: a}', '"apply_on" or "expression"'],
    ['an address that is none', 'name: n\nwhitelist: {ip: [10.0.0]}', '"10.0.0" is not an IP address'],
    [
      'nested data',
      'name: n\nnodes: [{statics: [{meta: a, value: b}], data: [{dest_file: x}]}]',
      'top-level',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(failure(item('parsers', text))).toContain(message)
  })

  it('reports every bad file, or goes on with the good ones', () => {
    const bad = item('parsers', 'name: n\nfilter: a')
    const worse = item('scenarios', 'name: n\ntype: leeky\ndescription: d\nfilter: f', 'scenarios/me/b.yaml')
    const good = item('scenarios', 'name: n\ntype: trigger\ndescription: d\nfilter: f', 'scenarios/me/c.yaml')
    expect(failure(bad, worse, good)).toMatch(/PARSER_EMPTY_NODE[^]*did you mean "leaky"/)
    const found = readItems([bad, worse, good], { tolerant: true })
    expect(found.errors).toHaveLength(2)
    expect(found.scenarios.map((scenario) => scenario.item.path)).toEqual(['scenarios/me/c.yaml'])
  })
})

describeNeeding([needShared('hub')], 'readItems on the public hub', () => {
  it.each(['parsers', 'postoverflows', 'scenarios', 'contexts'] as const)('reads all %s', (type) => {
    const root = join(sharedFolder, 'hub')
    const files = readdirSync(join(root, type), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.ya?ml$/.test(name),
    )
    const items = files.map((name) =>
      item(type, readFileSync(join(root, type, name), 'utf8'), `${type}/${name}`),
    )
    const found = readItems(items)
    expect(found[type]).toHaveLength(items.length)
    expect(found.warnings).toEqual([])
  })
})
