import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeNeeding, needNetworkNamespaces, needProgram, until } from '../../testkit/src/index.ts'
import { createNftablesBouncer } from '../src/nftables/index.ts'
import { TestLogger } from './test-logger.ts'
import { TestSource } from './test-source.ts'

const needs = [
  needProgram('nft', 'nftables'),
  needProgram('unshare', 'util-linux'),
  needProgram('setpriv', 'util-linux'),
  needNetworkNamespaces(),
]

/** By a name of its own: it is a program of the system, not of a package. */
const unshare = 'unshare'

describeNeeding(needs, 'the nftables bouncer with fewer rights', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-nft-'))
    chmodSync(folder, 0o755)
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A program that runs the real nft by way of another one. */
  function nftBy(...command: string[]): string {
    const path = join(folder, 'nft')
    writeFileSync(path, `#!/bin/sh\nexec ${command.join(' ')} nft "$@"\n`, { mode: 0o755 })
    return path
  }

  it('says that the process may not change the packet filter', async () => {
    const nftPath = nftBy('setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups')
    const bouncer = createNftablesBouncer({ source: new TestSource(), nftPath })
    await expect(bouncer.start()).rejects.toMatchObject({
      code: 'NFT_FORBIDDEN',
      hint: expect.stringContaining('CAP_NET_ADMIN') as string,
    })
  })

  it('says that a file which is no program cannot be run', async () => {
    const nftPath = join(folder, 'nft')
    writeFileSync(nftPath, '')
    const bouncer = createNftablesBouncer({ source: new TestSource(), nftPath })
    await expect(bouncer.start()).rejects.toMatchObject({ code: 'NFT_FORBIDDEN' })
  })

  it('fills large sets in a user namespace, whose kernel buffers take short transactions only', async () => {
    const holder = spawn(unshare, [
      '--user',
      '--map-root-user',
      '--net',
      'sh',
      '-c',
      'echo in; exec sleep 60',
    ])
    try {
      await begun(holder)
      const nftPath = nftBy('nsenter', `--target=${holder.pid}`, '--user', '--net', '--preserve-credentials')
      const source = new TestSource()
      for (let n = 0; n < 20_000; n++) source.ban(`20.0.${n >> 8}.${n & 255}`, 3600)
      for (let n = 0; n < 3000; n++) source.ban(`2001:db8:${n.toString(16)}::/48`, 3600 + 2 * (n % 100))
      const logger = new TestLogger()
      const bouncer = createNftablesBouncer({ source, nftPath, logger, intervalMs: 100 })
      await bouncer.start()
      await bouncer.ready()
      const list = (set: string) =>
        execFileSync(nftPath, ['-j', 'list', 'set', 'inet', 'tocsin', set], { maxBuffer: 64e6 })
          .toString()
          .match(/"elem": \{/g)?.length
      expect(list('addresses4')).toBe(20_000)
      expect(list('ranges6')).toBe(3000)
      for (let n = 0; n < 20_000; n++) source.ban(`20.0.${n >> 8}.${n & 255}`, 7200)
      await until(async () => (await bouncer.stats()).enforcement.updates === 1, 20_000)
      expect((await bouncer.stats()).error).toBeNull()
      expect(logger.matching(/^(warn|error)/)).toEqual([])
      await bouncer.stop()
      expect(execFileSync(nftPath, ['list', 'ruleset']).toString()).toBe('')
    } finally {
      holder.kill('SIGKILL')
    }
  })
})

/** Waits until the process has said something. */
async function begun(child: ChildProcess): Promise<void> {
  await new Promise((done, fail) => {
    child.stdout?.once('data', done)
    child.once('exit', () => fail(new Error('the process ended before it began')))
  })
}
