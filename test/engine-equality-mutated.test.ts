import { join } from 'node:path'
import { noWorld } from '@tocsin/expr'
import {
  allItems,
  hubDataFile,
  listHubTests,
  loadItemFiles,
  readHub,
  readHubTest,
  readLogLines,
  selectItems,
} from '@tocsin/hub'
import { expect, it } from 'vitest'
import { generateLog, type LogKind } from '../bench/logs/generate.ts'
import { Random } from '../bench/logs/random.ts'
import { mutateLog } from '../packages/engine/test/plain/mutate-log.ts'
import {
  differences,
  plainSubject,
  realSubject,
  type Sifting,
  siftedSubject,
  type SubjectOptions,
} from '../packages/engine/test/plain/side-by-side.ts'
import { liveSteps, replaySteps } from '../packages/engine/test/plain/log-steps.ts'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

const startMs = Date.UTC(2026, 10, 22, 12)
const hubFolder = join(sharedFolder, 'hub')
const testsFolder = join(hubFolder, '.tests')
const collections =
  'crowdsecurity/sshd,crowdsecurity/nginx,crowdsecurity/base-http-scenarios,crowdsecurity/linux'

const kinds: [kind: LogKind, type: string][] = [
  ['ssh', 'syslog'],
  ['nginx', 'nginx'],
  ['mix', 'syslog'],
]

/** Ways through sieves. */
const pools: Record<SubjectOptions['mode'], Sifting[]> = {
  replay: [
    { sieves: 1, lengths: [1024] },
    { sieves: 4, lengths: [13, 1, 100], ahead: 9 },
  ],
  live: [{ sieves: 2, lengths: [17] }],
}

describeNeeding([needShared('hub'), needShared('hub-data')], 'the engine and the plain interpreter', () => {
  const hub = readHub(hubFolder)
  const dataFile = hubDataFile(join(sharedFolder, 'hub-data'))
  const { geo: _, ...capabilities } = noWorld()
  const options = (mode: SubjectOptions['mode']): SubjectOptions => ({ mode, startMs, dataFile })

  it.each(kinds)(
    'do the same to a generated log of %s, whole and mutated, replayed and live',
    { timeout: 240_000 },
    (kind, type) => {
      const items = loadItemFiles(hub, selectItems(hub, collections))
      const random = new Random(11)
      const lines = [...generateLog(kind, 1500, 7)]
      const logs = [lines, mutateLog(lines, random, 0.3), mutateLog(lines, random, 1)]
      let alerts = 0
      for (const mode of ['replay', 'live'] as const) {
        const plain = plainSubject(items, options(mode))
        const subjects = [
          realSubject(items, options(mode), { capabilities }),
          ...pools[mode].map((sifting) => siftedSubject(items, options(mode), { ...sifting, capabilities })),
        ]
        const make = mode === 'live' ? liveSteps : replaySteps
        for (const log of logs) {
          const steps = make(log, type, startMs, random)
          const wanted = plain(steps)
          alerts += wanted.alerts.length
          for (const [at, subject] of subjects.entries()) {
            expect([mode, at, ...differences(subject(steps), wanted)]).toEqual([mode, at])
          }
        }
      }
      expect(alerts).toBeGreaterThan(100)
    },
  )

  it.each(['replay', 'live'] as const)(
    'do the same to mutated logs of the tests of the hub in %s',
    (mode) => {
      const items = loadItemFiles(hub, allItems(hub)).filter(({ name }) => !/(?:white|allow)list/.test(name))
      const plain = plainSubject(items, options(mode))
      const real = realSubject(items, options(mode), { capabilities })
      const random = new Random(mode === 'live' ? 3 : 4)
      const failed: string[] = []
      let alerts = 0
      for (const name of listHubTests(testsFolder)) {
        const { folder, logFile, logType, labels } = readHubTest(testsFolder, name)
        const whole = readLogLines(join(folder, logFile), labels, startMs).map(({ raw }) => raw)
        const lines = mutateLog(whole.slice(0, 60), random, 0.5)
        const make = mode === 'live' ? liveSteps : replaySteps
        const steps = make(lines, logType, startMs, random, labels)
        const wanted = plain(steps)
        alerts += wanted.alerts.length
        const found = differences(real(steps), wanted)
        if (found.length > 0) failed.push(`${name}: ${found.join('\n')}`)
      }
      expect(failed).toEqual([])
      expect(alerts).toBeGreaterThan(150)
    },
    240_000,
  )
})
