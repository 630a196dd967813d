import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DaemonRules } from './daemon.ts'
import { FakeLocalApi } from './local-api.ts'
import { temporaryFolder, until } from './log-folder.ts'
import { NameServer } from './name-server.ts'

const daemonFile = fileURLToPath(new URL('daemon.ts', import.meta.url))

/** The test daemon as a process of its own. */
class Daemon {
  readonly said: string[] = []
  readonly #child: ChildProcess

  constructor(
    folder: string,
    log: string,
    url: string,
    rules: Omit<DaemonRules, 'stateFolder' | 'log' | 'url'>,
  ) {
    const told: DaemonRules = { ...rules, stateFolder: join(folder, 'state'), log, url }
    this.#child = spawn(process.execPath, [daemonFile, JSON.stringify(told)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child.stderr?.on('data', (data: Buffer) => this.said.push(...data.toString().trimEnd().split('\n')))
    onTestFinished(() => void this.#child.kill('SIGKILL'))
  }

  async isReady(): Promise<void> {
    await until(
      () => this.said.includes('info: ready'),
      () => this.said,
    )
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}

/** Writes lines `KEY N`, N counting for each key, in random order but the same every time. */
class Attackers {
  readonly written = new Map<string, number>()
  #seed = 7

  lines(count: number, keys: number): string {
    let text = ''
    for (let index = 0; index < count; index++) {
      const key = `key${Math.floor(this.#random() * keys)}`
      const number = (this.written.get(key) ?? 0) + 1
      this.written.set(key, number)
      text += `${key} ${number}\n`
    }
    return text
  }

  /** Every alert that an engine which was never killed gives, for buckets of a size. */
  expected(size: number): string[] {
    const alerts: string[] = []
    for (const [key, count] of this.written) {
      for (let number = size; number <= count; number += size) alerts.push(`${key} ${number}`)
    }
    return alerts.toSorted()
  }

  #random(): number {
    this.#seed = (this.#seed * 1103515245 + 12345) % 2147483648
    return this.#seed / 2147483648
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('kill -9 in mid-file, then a restart', () => {
  it.each([
    { that: 'whose overflows do not wait', delayMs: 0 },
    { that: 'whose overflows wait', delayMs: 400 },
  ])(
    'neither loses nor repeats an alert, over rotations and with the Local API away, of an engine $that',
    { timeout: 120_000 },
    async ({ delayMs }) => {
      const folder = temporaryFolder()
      const log = join(folder, 'app.log')
      const api = await FakeLocalApi.start()
      const attackers = new Attackers()
      writeFileSync(log, attackers.lines(30_000, 300))
      let daemon = new Daemon(folder, log, api.url, { size: 7, delayMs })
      const all: Daemon[] = [daemon]
      for (let round = 0; round < 8; round++) {
        // Some are killed before they have come to anything.
        if (round % 3 !== 1) await daemon.isReady()
        for (let turn = 0; turn < 3 + (round % 3); turn++) {
          appendFileSync(log, attackers.lines(2000, 300))
          await sleep(70 + 60 * round)
        }
        if (round === 2) renameSync(log, `${log}.1`)
        if (round === 3) await api.down()
        if (round === 5) {
          copyFileSync(log, `${log}.copy`)
          truncateSync(log)
        }
        await daemon.kill()
        appendFileSync(log, attackers.lines(1000, 300))
        if (round === 5) await api.up()
        daemon = new Daemon(folder, log, api.url, { size: 7, delayMs })
        all.push(daemon)
      }
      const expected = attackers.expected(7)
      await until(
        () => api.alerts.length >= expected.length,
        () => ({ given: api.alerts.length, expected: expected.length, said: all.map(({ said }) => said) }),
        60_000,
      )
      await sleep(1500)
      expect(api.messages.toSorted()).toEqual(expected)
    },
  )

  it('keeps hiding what a blackhole hid', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'app.log')
    const api = await FakeLocalApi.start()
    const attackers = new Attackers()
    writeFileSync(log, attackers.lines(9, 1))
    const first = new Daemon(folder, log, api.url, { size: 4, blackholeMs: 60_000 })
    await until(() => api.alerts.length === 1)
    await sleep(2500)
    await first.kill()
    appendFileSync(log, attackers.lines(9, 1))
    const second = new Daemon(folder, log, api.url, { size: 4, blackholeMs: 60_000 })
    await second.isReady()
    await sleep(2500)
    await second.kill()
    expect(api.messages).toEqual(['key0 4'])
  })

  it('loses, repeats and misses nothing with the real engine', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'auth.log')
    const api = await FakeLocalApi.start()
    writeFileSync(log, '')
    const expected: string[] = []
    let daemon = new Daemon(folder, log, api.url, { type: 'syslog' })
    for (let round = 0; round < 5; round++) {
      await daemon.isReady()
      await sleep(150 * round)
      const [whole, cut] = [`203.0.113.${round}`, `198.51.100.${round}`]
      appendFileSync(log, failedLogins(whole, 6) + failedLogins(cut, 3))
      await sleep(100 * round)
      await daemon.kill()
      appendFileSync(log, failedLogins(cut, 3))
      if (round === 2) renameSync(log, `${log}.1`)
      daemon = new Daemon(folder, log, api.url, { type: 'syslog' })
      expected.push(whole, cut)
    }
    const found = () =>
      api.alerts
        .filter(({ scenario }) => scenario === 'tocsin/ssh-bruteforce')
        .map(({ source }) => source.value)
    await until(
      () => found().length >= expected.length,
      () => [found(), daemon.said],
      30_000,
    )
    await sleep(1500)
    expect(found().toSorted()).toEqual(expected.toSorted())
  })

  it.each([
    { that: 'never answers', delayMs: null },
    { that: 'answers late', delayMs: 500 },
  ])(
    'loses and repeats nothing while overflows wait for a name server that $that',
    { timeout: 120_000 },
    async ({ delayMs }) => {
      const folder = temporaryFolder()
      const log = join(folder, 'auth.log')
      const api = await FakeLocalApi.start()
      const server = await NameServer.start(delayMs)
      const rules = { type: 'syslog', nameServer: server.address }
      writeFileSync(log, '')
      const attackers: string[] = []
      let daemon = new Daemon(folder, log, api.url, rules)
      for (let round = 0; round < 6; round++) {
        await daemon.isReady()
        for (let host = 1; host <= 5; host++) {
          const address = `203.0.113.${10 * round + host}`
          appendFileSync(log, failedLogins(address, 6))
          attackers.push(address)
          await sleep(60 * round)
        }
        await sleep(100 * round)
        await daemon.kill()
        if (round === 2) renameSync(log, `${log}.1`)
        daemon = new Daemon(folder, log, api.url, rules)
      }
      const isFriend = (address: string) => delayMs !== null && address.endsWith('3')
      const expected = attackers.filter((address) => !isFriend(address))
      const found = () =>
        api.alerts
          .filter(({ scenario }) => scenario === 'tocsin/ssh-bruteforce')
          .map(({ source }) => source.value)
      await until(
        () => found().length >= expected.length,
        () => [found(), daemon.said],
        30_000,
      )
      await sleep(4500)
      expect(found().toSorted()).toEqual(expected.toSorted())
      expect(server.questions).toBeGreaterThan(0)
    },
  )

  it('takes what was written during a long downtime by its own times', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'auth.log')
    const api = await FakeLocalApi.start()
    writeFileSync(log, '')
    const first = new Daemon(folder, log, api.url, { type: 'syslog' })
    await first.isReady()
    appendFileSync(log, failedLogins('192.0.2.1', 3))
    await sleep(2000)
    await first.kill()
    const hours = [6, 5, 4, 3, 2, 1].map((hour) => Date.now() - hour * 3_600_000)
    for (const atMs of hours) appendFileSync(log, failedLogins('192.0.2.2', 1, atMs))
    for (const second of [1, 2, 3, 4, 5, 6]) {
      appendFileSync(log, failedLogins('192.0.2.3', 1, Date.now() - 1_800_000 + second * 1000))
    }
    appendFileSync(log, failedLogins('192.0.2.1', 3))
    await sleep(6000)
    const second = new Daemon(folder, log, api.url, { type: 'syslog' })
    await until(
      () => second.said.some((text) => text.includes('catching up')),
      () => second.said,
    )
    const found = () =>
      api.alerts
        .filter(({ scenario }) => scenario === 'tocsin/ssh-bruteforce')
        .map(({ source }) => source.value)
    await until(
      () => found().length >= 2,
      () => [found(), second.said],
    )
    await sleep(2500)
    expect(found().toSorted()).toEqual(['192.0.2.1', '192.0.2.3'])
  })
})

describe('on a machine that is not in UTC', () => {
  it('an attack during a downtime is as old as its lines say', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder()
    const log = join(folder, 'auth.log')
    const api = await FakeLocalApi.start()
    const rules = { type: 'syslog', zone: 'America/New_York' }
    writeFileSync(log, '')
    const first = new Daemon(folder, log, api.url, rules)
    await first.isReady()
    appendFileSync(log, failedLogins('192.0.2.1', 3))
    await sleep(1500)
    await first.kill()
    // As the clock on the wall of New York has it.
    const beganMs = Math.trunc(Date.now() / 1000) * 1000 - 600_000
    const wall = new Date(new Date(beganMs).toLocaleString('en-US', { timeZone: rules.zone }) + ' UTC')
    for (let second = 0; second < 6; second++) {
      appendFileSync(log, failedLogins('192.0.2.2', 1, wall.getTime() + second * 1000))
    }
    await sleep(6000)
    const second = new Daemon(folder, log, api.url, rules)
    const found = () => api.alerts.find(({ source }) => source.value === '192.0.2.2')
    await until(
      () => found() !== undefined,
      () => second.said,
    )
    expect(second.said).toContainEqual(expect.stringContaining('catching up'))
    expect([found()?.start_at, found()?.stop_at]).toEqual(
      [beganMs, beganMs + 5000].map((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`),
    )
  })
})

function failedLogins(address: string, count: number, atMs = Date.now()): string {
  const [, day = '', month = '', , clock = ''] = new Date(atMs).toUTCString().split(/,? /)
  const line = `${month} ${day.replace(/^0/, ' ')} ${clock} web-1 sshd[4242]: Failed password for root from ${address} port`
  return Array.from({ length: count }, (_, index) => `${line} ${40_000 + index} ssh2\n`).join('')
}
