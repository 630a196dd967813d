import type { SiftedBatch } from '@tocsin/engine'
import { describe, expect, it } from 'vitest'
import { BatchHearer, BatchTeller } from './batch-message.ts'

function batchWith(texts: readonly string[]): SiftedBatch {
  const faults = { filter: 0, whitelist: 0, grok: 0, static: 0, stash: 0, target: 0, method: 0, event: 0 }
  const counts = { parsed: 0, unparsed: 0, whitelisted: 0, failed: 0, faults }
  return { numbers: new Int32Array(0), texts, fields: [], counts }
}

describe('BatchTeller', () => {
  it('tells each text once', () => {
    const teller = new BatchTeller()
    const texts = ['a', 'b']
    expect(teller.tell(batchWith(texts))).toMatchObject({ isRenewed: true, freshTexts: ['a', 'b'] })
    texts.push('c')
    expect(teller.tell(batchWith(texts))).toMatchObject({ isRenewed: false, freshTexts: ['c'] })
    expect(teller.tell(batchWith(['d']))).toMatchObject({ isRenewed: true, freshTexts: ['d'] })
  })
})

describe('BatchHearer', () => {
  it('leaves a batch the texts that it came with, though others begin anew', () => {
    const teller = new BatchTeller()
    const hearer = new BatchHearer()
    const texts = ['a']
    const first = hearer.hear(teller.tell(batchWith(texts)))
    texts.push('b')
    const second = hearer.hear(teller.tell(batchWith(texts)))
    const third = hearer.hear(teller.tell(batchWith(['c'])))
    expect(first.texts[0]).toBe('a')
    expect(second.texts).toEqual(['a', 'b'])
    expect(third.texts).toEqual(['c'])
  })
})
