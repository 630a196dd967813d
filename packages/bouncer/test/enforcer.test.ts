import { type Cidr, formatCidr, parseCidr, TocsinError } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { until } from '../../testkit/src/index.ts'
import {
  type Changes,
  DecisionSet,
  type Drift,
  Enforcer,
  type EnforcerOptions,
  type Host,
  type InForce,
  noDrift,
} from '../src/index.ts'
import { TestLogger } from './test-logger.ts'
import { TestSource } from './test-source.ts'

/** A host in memory, which fails when told to. */
class ListHost implements Host {
  readonly name = 'list'
  readonly held = new Set<string>()
  readonly calls: string[] = []
  allowed: string[] = []
  failure: TocsinError | null = null
  drift: Drift = noDrift
  whileReconciling: () => Promise<void> = () => Promise.resolve()

  prepare(): Promise<void> {
    return this.#do('prepare', () => undefined)
  }

  replace(all: InForce): Promise<void> {
    return this.#do('replace', () => {
      this.held.clear()
      for (const { block } of all.entries()) this.held.add(formatCidr(block))
    })
  }

  apply(changes: Changes): Promise<void> {
    return this.#do('apply', () => {
      for (const { block } of changes.removed) this.held.delete(formatCidr(block))
      for (const { block } of changes.added) this.held.add(formatCidr(block))
    })
  }

  async reconcile(): Promise<Drift> {
    await this.#do('reconcile', () => undefined)
    const { drift } = this
    this.drift = noDrift
    await this.whileReconciling()
    return drift
  }

  allow(blocks: readonly Cidr[]): Promise<void> {
    return this.#do('allow', () => (this.allowed = blocks.map(formatCidr)))
  }

  remove(): Promise<void> {
    return this.#do('remove', () => this.held.clear())
  }

  async #do(call: string, work: () => void): Promise<void> {
    this.calls.push(call)
    await Promise.resolve()
    if (this.failure) throw this.failure
    work()
  }
}

function build(options: Partial<EnforcerOptions> = {}) {
  const host = new ListHost()
  const source = new TestSource()
  const logger = new TestLogger()
  const fast = { intervalMs: 20, reconcileMs: 30, repairMs: 20, expiryMs: 20, allowMs: 20 }
  const enforcer = new Enforcer({ source, host, logger, set: new DecisionSet(), ...fast, ...options })
  return { host, source, logger, enforcer }
}

describe('Enforcer', () => {
  it('writes the whole once, then changes, and takes all away at the end', async () => {
    const { host, source, enforcer } = build()
    source.ban('192.0.2.1', 60)
    await enforcer.start()
    await enforcer.ready()
    source.ban('192.0.2.2', 60)
    source.lift('192.0.2.1')
    await until(() => host.held.has('192.0.2.2/32') && !host.held.has('192.0.2.1/32'), 5000)
    expect(host.calls.filter((call) => call !== 'reconcile')).toEqual(['prepare', 'replace', 'apply'])
    await Promise.all([enforcer.stop(), enforcer.stop()])
    expect(host.calls.at(-1)).toBe('remove')
    expect(host.held.size).toBe(0)
    const after = source.pulls
    await new Promise((done) => setTimeout(done, 80))
    expect(source.pulls).toBe(after)
  })

  it('gives a host that failed the whole set again, and says the failure once', async () => {
    const { host, source, logger, enforcer } = build()
    await enforcer.start()
    await enforcer.ready()
    host.failure = new TocsinError('LIST_FULL', 'cannot add to the list: it is full')
    source.ban('192.0.2.1', 60)
    await until(() => enforcer.counts().failures > 2, 5000)
    expect(enforcer.hostError()?.code).toBe('LIST_FULL')
    host.failure = null
    await until(() => host.held.has('192.0.2.1/32'), 5000)
    expect(enforcer.hostError()).toBeNull()
    expect(logger.matching(/^error cannot add to the list: it is full/)).toHaveLength(1)
    expect(logger.matching(/^info list: works again/)).toHaveLength(1)
    await enforcer.stop()
  })

  it('says what a reconciliation found', async () => {
    const { host, logger, enforcer } = build()
    await enforcer.start()
    await enforcer.ready()
    host.drift = { rebuilt: false, missing: 3, extra: 2, altered: 1 }
    await until(() => enforcer.counts().drifted === 6, 5000)
    host.drift = { ...noDrift, rebuilt: true }
    await until(() => enforcer.counts().rebuilt === 1, 5000)
    expect(logger.matching(/^warn/)).toEqual([
      'warn list: 3 entries were missing, 2 too many, 1 with another end; all are repaired.',
      'warn list: its rules or sets were gone or changed by somebody else; they are built anew, 0 in force.',
    ])
    await enforcer.stop()
  })

  it('takes changes that came during a reconciliation for no drift', async () => {
    const { host, source, logger, enforcer } = build()
    await enforcer.start()
    await enforcer.ready()
    host.whileReconciling = async () => {
      host.whileReconciling = () => Promise.resolve()
      const { pulls } = source
      source.ban('192.0.2.1', 60)
      await until(() => source.pulls > pulls + 1, 5000)
    }
    host.drift = { ...noDrift, missing: 1 }
    await until(() => host.held.has('192.0.2.1/32'), 5000)
    expect(enforcer.counts()).toMatchObject({ drifted: 0, updates: 1 })
    expect(logger.matching(/^warn/)).toEqual([])
    await enforcer.stop()
  })

  it('fails to start where the host cannot be driven, and may be started later', async () => {
    const { host, enforcer } = build()
    host.failure = new TocsinError('LIST_MISSING', 'cannot use the list: there is none')
    await expect(enforcer.start()).rejects.toThrow('there is none')
    host.failure = null
    await enforcer.start()
    await enforcer.ready()
    await expect(enforcer.start()).rejects.toMatchObject({ code: 'BOUNCER_STARTED' })
    await enforcer.stop()
  })

  it('leaves all as it is when asked to, and when it was never started', async () => {
    const kept = build({ keepOnStop: true })
    kept.source.ban('192.0.2.1', 60)
    await kept.enforcer.start()
    await kept.enforcer.ready()
    await kept.enforcer.stop()
    expect(kept.host.held.size).toBe(1)
    const never = build()
    await never.enforcer.stop()
    expect(never.host.calls).toEqual([])
    await expect(never.enforcer.ready()).rejects.toMatchObject({ code: 'BOUNCER_STOPPED' })
    await expect(never.enforcer.start()).rejects.toMatchObject({ code: 'BOUNCER_STARTED' })
  })

  it('lets go whom it is told to allow later, and holds on to the last answer where there is none', async () => {
    const blocks = (...texts: string[]) => texts.map(parseCidr).filter((block) => block !== null)
    let answer: () => Promise<Cidr[]> = () => Promise.resolve(blocks('192.0.2.1/32'))
    const { host, source, logger, enforcer } = build({ allow: () => answer() })
    source.ban('192.0.2.1', 60)
    source.ban('192.0.2.2', 60)
    await enforcer.start()
    await enforcer.ready()
    expect(host.calls.slice(0, 3)).toEqual(['prepare', 'allow', 'replace'])
    expect([...host.held]).toEqual(['192.0.2.2/32'])
    answer = () => Promise.resolve(blocks('192.0.2.2/32'))
    await until(() => host.held.has('192.0.2.1/32') && !host.held.has('192.0.2.2/32'), 5000)
    expect(host.allowed).toEqual(['192.0.2.2/32'])
    answer = () => Promise.reject(new Error('nobody knows'))
    await until(() => enforcer.counts().allowFailures > 2, 5000)
    expect([...host.held]).toEqual(['192.0.2.1/32'])
    answer = () => Promise.resolve(blocks('192.0.2.2/32', '198.51.100.0/24'))
    await until(() => host.allowed.length === 2, 5000)
    expect(enforcer.counts()).toMatchObject({ allowChanges: 2, failures: 0, replacements: 1 })
    expect(logger.lines.filter((line) => /block|exempt/.test(line))).toEqual([
      'info list: never blocked from now on: 192.0.2.2/32; no longer exempt: 192.0.2.1/32.',
      'warn cannot learn which addresses are never to be blocked: nobody knows. What was known before holds.',
      'info list: it is known again whom never to block.',
      'info list: never blocked from now on: 198.51.100.0/24.',
    ])
    await enforcer.stop()
  })

  it('does not start where nobody knows whom never to block', async () => {
    const { host, source, enforcer } = build({ allow: () => Promise.reject(new Error('nobody knows')) })
    await expect(enforcer.start()).rejects.toMatchObject({ code: 'BOUNCER_ALLOW_UNKNOWN' })
    expect([host.calls, source.pulls]).toEqual([[], 0])
  })

  it('tells a host that failed whom never to block before it is given the whole set', async () => {
    let allow: Cidr[] = []
    const { host, source, enforcer } = build({ allow: () => allow })
    source.ban('192.0.2.1', 60)
    await enforcer.start()
    await enforcer.ready()
    host.failure = new TocsinError('LIST_FULL', 'cannot add to the list: it is full')
    source.ban('192.0.2.2', 60)
    await until(() => enforcer.counts().failures > 0, 5000)
    allow = [parseCidr('192.0.2.1/32')].filter((block) => block !== null)
    await until(() => enforcer.counts().allowChanges > 0, 5000)
    host.failure = null
    await until(() => enforcer.hostError() === null, 5000)
    await until(() => host.held.has('192.0.2.2/32') && host.held.size === 1, 5000)
    expect(host.allowed).toEqual(['192.0.2.1/32'])
    await enforcer.stop()
  })

  it('says how much it enforces in fields that are numbers', async () => {
    const { source, logger, enforcer } = build()
    source.ban('192.0.2.1', 60)
    source.ban('198.51.100.0/24', 60)
    await enforcer.start()
    await enforcer.ready()
    expect(logger.fields.at(-1)).toEqual({
      addresses4: 1,
      addresses6: 0,
      ranges4: 1,
      ranges6: 0,
      malformed: 0,
      types: 0,
      scopes: 0,
      excess: 0,
      allowed: 0,
    })
    await enforcer.stop()
  })
})
