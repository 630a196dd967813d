import { describe, expect, it, onTestFinished } from 'vitest'
import { NameLookup, type NameLookupOptions } from '../src/names/name-lookup.ts'
import { rememberingLogger, until } from './log-folder.ts'
import { NameServer } from './name-server.ts'

function lookupAt(server: NameServer, options: Partial<NameLookupOptions> = {}) {
  const logger = rememberingLogger()
  const names = new NameLookup({ servers: [server.address], logger, ...options })
  onTestFinished(() => names.close())
  return { names, said: logger.said }
}

const address = (host: number) => `192.0.${2 + (host >> 8)}.${host & 255}`
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

const settled = async (answers: readonly ReturnType<NameLookup['lookup']>[]) =>
  await Promise.all(answers.map(async (answer) => await answer))

describe('a name server that answers', () => {
  it('gives the names of addresses', async () => {
    const { names } = lookupAt(await NameServer.start(0))
    expect(await names.lookup('192.0.2.7')).toEqual(['host-7-2-0-192.example'])
    expect(names.counters).toEqual({ asked: 1, answered: 1, timedOut: 0, refused: 0 })
  })

  it('is asked 64 questions at a time, the others after them, and 1,000 wait at most', async () => {
    const server = await NameServer.start(100)
    const { names } = lookupAt(server)
    const answers = numbers(1100).map((host) => names.lookup(address(host)))
    expect(answers.filter((answer) => answer === null)).toHaveLength(100)
    await until(() => server.questions >= 64)
    expect(names.counters).toEqual({ asked: 64, answered: 0, timedOut: 0, refused: 100 })
    await settled(answers.slice(0, 200))
    expect(names.counters.answered).toBeGreaterThanOrEqual(200)
  })

  it('too late is taken for one that does not', async () => {
    const { names, said } = lookupAt(await NameServer.start(400), { timeoutMs: 200 })
    expect(await names.lookup('192.0.2.7')).toEqual([])
    expect(names.counters).toEqual({ asked: 1, answered: 0, timedOut: 1, refused: 0 })
    expect(said).toEqual([])
  })
})

describe('a name server that never answers', () => {
  it('is left alone after eight questions in a row, which is said once, until it answers again', async () => {
    const server = await NameServer.start(null)
    const { names, said } = lookupAt(server, { timeoutMs: 200, silenceMs: 300 })
    const answers = await settled(numbers(100).map((host) => names.lookup(address(host))))
    expect(answers.filter((answer) => answer !== null)).toHaveLength(8)
    await until(() => names.counters.timedOut === 71)
    expect(names.counters).toEqual({ asked: 71, answered: 0, timedOut: 71, refused: 92 })
    expect(names.lookup('192.0.2.7')).toBeNull()
    expect(said).toEqual([expect.stringContaining('no name server answers')])
    await until(() => names.lookup('192.0.2.7') === null && names.counters.asked === 72)
    await until(() => names.counters.timedOut === 72)
    server.answerAfter(0)
    await until(() => names.lookup('192.0.2.7') !== null)
    expect(said).toEqual([
      expect.stringContaining('no name server answers'),
      'info: name servers answer again',
    ])
  })

  it('does not hold up what cannot wait any longer', async () => {
    const { names } = lookupAt(await NameServer.start(null))
    const answers = numbers(3).map((host) => names.lookup(address(host)))
    names.giveUp()
    expect(await settled(answers)).toEqual([null, null, null])
    expect(names.counters).toEqual({ asked: 3, answered: 0, timedOut: 0, refused: 3 })
  })
})

it('a name server has to be an address', () => {
  const logger = rememberingLogger()
  expect(() => new NameLookup({ servers: ['dns.example'], logger })).toThrow(/cannot ask the name servers/)
})
