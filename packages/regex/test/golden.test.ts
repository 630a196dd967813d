import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { judgeGoldens } from './golden.ts'

describeNeeding([needShared('golden/grok'), needShared('golden/regex')], 'recorded answers of RE2', () => {
  const results = judgeGoldens(join(sharedFolder, 'golden'))

  it('has both files', () => {
    expect(results.map(({ file }) => file)).toEqual(['grok/cases.jsonl', 'regex/re2-search.txt'])
  })

  it.each(results)('agrees in $file', ({ passed, failures }) => {
    expect(failures).toEqual([])
    expect(passed).toBeGreaterThan(1000)
  })
})
