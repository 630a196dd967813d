import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { judgeReplay, listReplayCases } from './golden-replay.ts'

const folder = join(sharedFolder, 'golden/replay')
const places = { hub: join(sharedFolder, 'hub'), hubData: join(sharedFolder, 'hub-data') }

describeNeeding([needShared('golden/replay'), needShared('hub')], 'recorded alerts of whole logs', () => {
  const cases = listReplayCases(folder)

  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(0)
  })

  it.each(cases)('%s', { timeout: 120_000 }, async (name) => {
    const { failures, passed } = await judgeReplay(folder, name, places)
    expect(failures).toEqual([])
    expect(passed).toBeGreaterThan(0)
  })
})
