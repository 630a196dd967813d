import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { deviations } from './deviations.ts'
import { judgeFile } from './golden.ts'

const files = ['random.jsonl', 'generated.jsonl', 'crowdsec.jsonl', 'helper.jsonl']

describeNeeding([needShared('golden/expr')], 'recorded answers', () => {
  it.each(files)('agrees with %s', (file) => {
    const { failures, misplaced, passed } = judgeFile(join(sharedFolder, 'golden/expr', file))
    const excused = deviations.filter((deviation) => deviation.file.test(file))
    const unexcused = failures.filter(({ expr }) => !excused.some((deviation) => deviation.expr.test(expr)))
    expect(unexcused).toEqual([])
    expect(passed).toBeGreaterThan(300)
    // Places differ where ours is the nearer to the mistake: few, and none that is missing.
    expect(misplaced.length).toBeLessThan(5)
  })
})
