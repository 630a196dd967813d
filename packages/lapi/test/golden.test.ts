import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { judgeConversation } from './golden.ts'

describeNeeding([needShared('golden/lapi')], 'recorded conversations with the reference', () => {
  it.each([
    ['conversation.jsonl', 265],
    ['random.jsonl', 331],
  ])('are answered alike: %s', async (file, count) => {
    const { passed, failures } = await judgeConversation(join(sharedFolder, 'golden/lapi', file))
    expect(failures).toEqual([])
    expect(passed).toBe(count)
  })
})
