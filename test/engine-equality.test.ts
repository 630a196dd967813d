import { join } from 'node:path'
import type { ItemFile } from '@tocsin/engine'
import {
  allItems,
  hubDataFile,
  itemsOfTest,
  listHubTests,
  loadItemFiles,
  readHub,
  readHubTest,
  readLogLines,
} from '@tocsin/hub'
import { expect, it } from 'vitest'
import {
  differences,
  plainSubject,
  realSubject,
  type Step,
  type SubjectOptions,
} from '../packages/engine/test/plain/side-by-side.ts'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const hubFolder = join(sharedFolder, 'hub')
const testsFolder = join(hubFolder, '.tests')

interface HubLog {
  readonly name: string
  readonly steps: readonly Step[]
  readonly items: readonly ItemFile[]
}

describeNeeding([needShared('hub'), needShared('hub-data')], 'the engine and the plain interpreter', () => {
  const hub = readHub(hubFolder)
  const dataFile = hubDataFile(join(sharedFolder, 'hub-data'))
  const options: SubjectOptions = { mode: 'replay', startMs, dataFile }
  const logs = listHubTests(testsFolder).map((name): HubLog => {
    const test = readHubTest(testsFolder, name)
    const labels = new Map([...test.labels, ['type', test.logType]])
    const lines = readLogLines(join(test.folder, test.logFile), labels, startMs)
    const steps = lines.map((line) => ({ atMs: startMs, line }))
    return { name, steps, items: itemsOfTest(test, { hub, testsFolder }) }
  })

  it('do the same to the log of every hub test, with the items of the test', { timeout: 240_000 }, () => {
    const failed: string[] = []
    let alerts = 0
    for (const { name, steps, items } of logs) {
      const wanted = plainSubject(items, options)(steps)
      const found = differences(realSubject(items, options)(steps), wanted)
      if (found.length > 0) failed.push(`${name}: ${found.join('\n')}`)
      alerts += wanted.alerts.length
    }
    expect(failed).toEqual([])
    expect(alerts).toBeGreaterThan(300)
  })

  it.each<[what: string, left: RegExp, leastAlerts: number]>([
    ['every item of the hub', /^$/, 150],
    // Most logs of tests come from private addresses.
    ['every item but those that let addresses off', /(?:white|allow)list/, 300],
  ])(
    'do the same to the log of every hub test, with %s',
    { timeout: 240_000 },
    (_what, left, leastAlerts) => {
      const items = loadItemFiles(hub, allItems(hub)).filter(({ name }) => !left.test(name))
      const plain = plainSubject(items, options)
      const real = {
        default: realSubject(items, options),
        'not lean': realSubject(items, options, { lean: false }),
        observed: realSubject(items, options, { onNode: () => {} }),
      }
      const failed: string[] = []
      let alerts = 0
      for (const { name, steps } of logs) {
        const wanted = plain(steps)
        for (const [variant, subject] of Object.entries(real)) {
          const found = differences(subject(steps), wanted)
          if (found.length > 0) failed.push(`${name}, ${variant}: ${found.join('\n')}`)
        }
        alerts += wanted.alerts.length
      }
      expect(failed).toEqual([])
      expect(alerts).toBeGreaterThan(leastAlerts)
    },
  )
})
