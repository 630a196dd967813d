import { describe, expect, it } from 'vitest'
import { createNftablesBouncer, type NftablesBouncerOptions } from './bouncer.ts'

const source = { async *streamParts() {} }

describe('createNftablesBouncer', () => {
  const bad: [string, Partial<NftablesBouncerOptions>][] = [
    ['a table name that is a script', { table: 'x; flush ruleset' }],
    ['an empty table name', { table: '' }],
    ['a namespace that is an option', { netns: '-all' }],
    ['a namespace that is a path', { netns: '../x' }],
    ['an unknown hook', { hooks: ['output' as 'input'] }],
    ['no hook', { hooks: [] }],
    ['an unknown action', { action: 'accept' as 'drop' }],
    ['a priority that is no number', { priority: Number.NaN }],
  ]
  it.each(bad)('refuses %s', (_what, options) => {
    expect(() => createNftablesBouncer({ source, ...options })).toThrow(
      expect.objectContaining({ code: 'BOUNCER_BAD_OPTION' }) as Error,
    )
  })
})
