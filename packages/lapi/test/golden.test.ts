import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { openStore } from '../src/index.ts'
import { describeDatabases } from './databases.ts'
import { judgeConversation } from './golden.ts'

describeNeeding([needShared('golden/lapi')], 'recorded conversations with the reference', () => {
  describeDatabases((database) => {
    it.each([
      ['conversation.jsonl', 265],
      ['random.jsonl', 331],
    ])(
      `are answered alike on ${database.name}: %s`,
      async (file, count) => {
        const open = async () => await openStore(database.create())
        const { passed, failures } = await judgeConversation(join(sharedFolder, 'golden/lapi', file), open)
        expect(failures).toEqual([])
        expect(passed).toBe(count)
      },
      60_000,
    )
  })
})
