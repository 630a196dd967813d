import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder, unexcused } from '../../testkit/src/index.ts'
import { judgeFile } from './golden.ts'

const files = ['random.jsonl', 'generated.jsonl', 'crowdsec.jsonl', 'helper.jsonl']

describeNeeding([needShared('golden/expr')], 'recorded answers', () => {
  it.each(files)('agrees with %s, the table of docs/COMPATIBILITY.md excepted', (file) => {
    const { failures, misplaced, passed } = judgeFile(join(sharedFolder, 'golden/expr', file))
    expect(unexcused(`expr/${file}`, failures, ({ expr }) => expr)).toEqual([])
    expect(passed).toBeGreaterThan(300)
    // Places differ where ours is the nearer to the mistake: few, and none that is missing.
    expect(misplaced.length).toBeLessThan(5)
  })
})
