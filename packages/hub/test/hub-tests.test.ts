import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { listHubTests, runHubTests } from '../src/index.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')

async function failuresOf(testsFolder: string, jobs: number) {
  const names = listHubTests(testsFolder)
  expect(names.length).toBeGreaterThan(100)
  const report = await runHubTests({
    names,
    hubFolder: join(sharedFolder, 'hub'),
    hubData: join(sharedFolder, 'hub-data'),
    testsFolder,
    nowMs,
    jobs,
  })
  expect(report.success.length + report.fail.length).toBe(names.length)
  return report.fail
}

const long = { timeout: 240_000 }

describeNeeding([needShared('hub'), needShared('hub-data')], 'the tests of the public hub', () => {
  it('all pass, on as many threads as there are', long, async () => {
    expect(await failuresOf(join(sharedFolder, 'hub/.tests'), Math.max(2, availableParallelism()))).toEqual(
      [],
    )
  })
})

describeNeeding([needShared('hub-mutated'), needShared('hub-data')], 'tests made of damaged logs', () => {
  it('all pass, in one thread', long, async () => {
    expect(await failuresOf(join(sharedFolder, 'hub-mutated/.tests'), 1)).toEqual([])
  })
})
