import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allItems } from './hub-index.ts'
import { loadItemFiles } from './item-files.ts'
import { readHub } from './read-hub.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-hub-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const sha256OfHello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

describe('readHub with an index', () => {
  it('knows items by their key, and the version of a file by its digest', () => {
    const versions = { '0.1': { digest: 'old' }, '0.2': { digest: sha256OfHello }, '0.3': { digest: 'new' } }
    const path = 'scenarios/me/file.yaml'
    write('.index.json', JSON.stringify({ scenarios: { 'me/file': { path, version: '0.3', versions } } }))
    write(path, 'hello')
    const hub = readHub(folder)
    expect(loadItemFiles(hub, allItems(hub))).toEqual([
      {
        type: 'scenarios',
        name: 'me/file',
        path: join(folder, path),
        text: 'hello',
        hash: sha256OfHello,
        version: '0.2',
      },
    ])
  })

  it('calls the version of a changed file "?"', () => {
    write('.index.json', JSON.stringify({ contexts: { 'me/c': { path: 'contexts/me/c.yaml' } } }))
    write('contexts/me/c.yaml', 'context: {}')
    const hub = readHub(folder)
    expect(loadItemFiles(hub, allItems(hub))[0]?.version).toBe('?')
  })

  it('refuses a path outside the hub, and text that is no JSON', () => {
    write('.index.json', JSON.stringify({ parsers: { 'me/p': { path: '../../etc/passwd' } } }))
    expect(() => readHub(folder)).toThrow('"../../etc/passwd" of me/p does not lie inside the hub')
    write('.index.json', '{')
    expect(() => readHub(folder)).toThrow('cannot read hub index')
  })

  it('names all files that are missing at once', () => {
    const parsers = { 'me/a': { path: 'parsers/a.yaml' }, 'me/b': { path: 'parsers/b.yaml' } }
    write('.index.json', JSON.stringify({ parsers }))
    const hub = readHub(folder)
    expect(() => loadItemFiles(hub, allItems(hub))).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ code: 'HUB_FILE_UNREADABLE' }), expect.anything()],
      }),
    )
  })
})

describe('readHub without an index', () => {
  it('finds items by the layout of the folder', () => {
    write('parsers/s01-parse/me/logs.yaml', 'name: x')
    write('parsers/s01-parse/me/logs.md', '# not an item')
    write('scenarios/me/bf.yml', 'name: y')
    write('.tests/t/config.yaml', 'parsers: []')
    write('collections/me/all.yaml', 'description: both\nparsers: [me/logs]\nscenarios: [me/bf]\ntags: [x]\n')
    const items = allItems(readHub(folder))
    expect(items.map(({ type, name, stage }) => [type, name, stage])).toEqual([
      ['parsers', 'me/logs', 's01-parse'],
      ['scenarios', 'me/bf', ''],
      ['collections', 'me/all', ''],
    ])
    expect(items[2]).toMatchObject({
      description: 'both',
      members: [
        { type: 'parsers', name: 'me/logs' },
        { type: 'scenarios', name: 'me/bf' },
      ],
    })
  })

  it('reports collections that cannot be read with their place', () => {
    write('collections/me/bad.yaml', 'parsers: [a')
    expect(() => readHub(folder)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'YAML_SYNTAX' })] }),
    )
  })

  it('says so when there is no such folder', () => {
    expect(() => readHub(join(folder, 'none'))).toThrow('there is no folder')
  })
})
