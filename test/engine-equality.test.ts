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
import { Random } from '../bench/logs/random.ts'
import { mutateLog } from '../packages/engine/test/plain/mutate-log.ts'
import {
  differences,
  plainSubject,
  realSubject,
  siftedSubject,
  type SubjectOptions,
} from '../packages/engine/test/plain/side-by-side.ts'
import { replaySteps } from '../packages/engine/test/plain/log-steps.ts'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const hubFolder = join(sharedFolder, 'hub')
const testsFolder = join(hubFolder, '.tests')

interface HubLog {
  readonly name: string
  readonly type: string
  readonly labels: ReadonlyMap<string, string>
  readonly lines: readonly string[]
  readonly items: readonly ItemFile[]
}

describeNeeding([needShared('hub'), needShared('hub-data')], 'the engine and the plain interpreter', () => {
  const hub = readHub(hubFolder)
  const dataFile = hubDataFile(join(sharedFolder, 'hub-data'))
  const options: SubjectOptions = { mode: 'replay', startMs, dataFile }
  const logs = listHubTests(testsFolder).map((name): HubLog => {
    const test = readHubTest(testsFolder, name)
    const { folder, logFile, logType: type, labels } = test
    const lines = readLogLines(join(folder, logFile), labels, startMs).map(({ raw }) => raw)
    return { name, type, labels, lines, items: itemsOfTest(test, { hub, testsFolder }) }
  })

  it('do the same to the log of every hub test, with the items of the test', { timeout: 240_000 }, () => {
    const failed: string[] = []
    const random = new Random(5)
    let alerts = 0
    for (const { name, type, labels, lines, items } of logs) {
      const plain = plainSubject(items, options)
      const real = {
        default: realSubject(items, options),
        'two sieves': siftedSubject(items, options, { sieves: 2, lengths: [5, 1, 100], ahead: 3 }),
      }
      const short = lines.slice(0, 100)
      for (const log of [lines, mutateLog(short, random, 0.3), mutateLog(short, random, 1)]) {
        const steps = replaySteps(log, type, startMs, random, labels)
        const wanted = plain(steps)
        for (const [variant, subject] of Object.entries(real)) {
          const found = differences(subject(steps), wanted)
          if (found.length > 0) failed.push(`${name}, ${variant}: ${found.join('\n')}`)
        }
        alerts += wanted.alerts.length
      }
    }
    expect(failed).toEqual([])
    expect(alerts).toBeGreaterThan(500)
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
        'a sieve': siftedSubject(items, options, { sieves: 1, lengths: [7], ahead: 5 }),
      }
      const failed: string[] = []
      let alerts = 0
      for (const { name, type, labels, lines } of logs) {
        const steps = replaySteps(lines, type, startMs, undefined, labels)
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
