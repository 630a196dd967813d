import { TocsinError, TocsinErrors } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import type { HubIndex, HubItem, HubItemType, HubMember } from './hub-index.ts'
import { selectItems } from './select-items.ts'

function item(type: HubItemType, name: string, members: HubMember[] = []): [string, HubItem] {
  const path = `${type}/${name}.yaml`
  const base = { author: '', description: '', stage: '', version: '', digests: new Map() }
  return [name, { type, name, path, members, ...base }]
}

const index: HubIndex = {
  folder: '/hub',
  items: {
    parsers: new Map([item('parsers', 'a/logs'), item('parsers', 'a/both')]),
    scenarios: new Map([item('scenarios', 'a/bf'), item('scenarios', 'a/both')]),
    postoverflows: new Map([item('postoverflows', 'a/rdns')]),
    contexts: new Map([item('contexts', 'a/context')]),
    collections: new Map([
      item('collections', 'a/inner', [
        { type: 'parsers', name: 'a/logs' },
        { type: 'postoverflows', name: 'a/rdns' },
      ]),
      item('collections', 'a/outer', [
        { type: 'collections', name: 'a/inner' },
        { type: 'scenarios', name: 'a/bf' },
        { type: 'contexts', name: 'a/context' },
      ]),
      item('collections', 'a/loop', [{ type: 'collections', name: 'a/loop' }]),
      item('collections', 'a/broken', [{ type: 'parsers', name: 'a/gone' }]),
    ]),
  },
}

const names = (spec: string) => selectItems(index, spec).map(({ type, name }) => `${type}:${name}`)

function errorOf(spec: string): TocsinError {
  try {
    selectItems(index, spec)
  } catch (error) {
    if (error instanceof TocsinError) return error
  }
  throw new Error('nothing was refused')
}

describe('selectItems', () => {
  it('takes every item of a name, whatever its kind', () => {
    expect(names('a/both')).toEqual(['parsers:a/both', 'scenarios:a/both'])
    expect(names('scenarios:a/both')).toEqual(['scenarios:a/both'])
  })

  it('brings what collections need, each once', () => {
    expect(names('a/outer,a/bf')).toEqual([
      'collections:a/outer',
      'collections:a/inner',
      'parsers:a/logs',
      'postoverflows:a/rdns',
      'scenarios:a/bf',
      'contexts:a/context',
    ])
    expect(names('a/loop')).toEqual(['collections:a/loop'])
  })

  it('leaves out what a minus names, wherever it stands', () => {
    expect(names('a/outer,-a/bf,-a/context')).toEqual([
      'collections:a/outer',
      'collections:a/inner',
      'parsers:a/logs',
      'postoverflows:a/rdns',
    ])
    expect(names('-a/inner, a/outer')).toEqual([
      'collections:a/outer',
      'scenarios:a/bf',
      'contexts:a/context',
    ])
  })

  it('takes everything for all, less what is left out', () => {
    const all = names('all,-a/broken,-parsers:a/both')
    expect(all).toHaveLength(8)
    expect(all).not.toContain('parsers:a/both')
    expect(all).toContain('scenarios:a/both')
  })

  it('refuses unknown names with the nearest known one', () => {
    expect(errorOf('a/lgos')).toMatchObject({ code: 'HUB_UNKNOWN_ITEM', hint: 'did you mean "a/logs"?' })
    expect(errorOf('parser:a/logs').hint).toBe('did you mean "parsers"?')
    expect(errorOf('a/logs,-a/nothing-like-it').message).toContain('no item named "a/nothing-like-it"')
    expect(errorOf('b/bf').hint).toBe('did you mean "a/bf"?')
  })

  it('reports all unknown names at once, those of collections with the collection', () => {
    const error = errorOf('a/broken,a/x-files')
    expect(error).toBeInstanceOf(TocsinErrors)
    expect((error as TocsinErrors).errors.map(({ message }) => message)).toEqual([
      'cannot select items: the hub has no item named "a/x-files"',
      'cannot select items: the hub has no parsers named "a/gone" of collection a/broken',
    ])
  })
})
