import { type Cidr, type Logger, silentLogger, TocsinError } from '@tocsin/model'
import { AllowList, type AllowSource } from './allow-list.ts'
import type { DecisionSet } from './decision-set.ts'
import { DecisionStream, type DecisionStreamOptions } from './decision-stream.ts'
import { type Drift, type Host, noDrift } from './host.ts'
import type { Changes } from './remediation.ts'
import { Serial } from './serial.ts'
import type { StreamStatus } from './stream-health.ts'
import { wait } from './wait.ts'

export interface EnforcerOptions extends Omit<DecisionStreamOptions, 'listener'> {
  set: DecisionSet
  host: Host
  /** Never enforced on, in place of what the set was made with. A function is asked again and again. */
  allow?: AllowSource
  /** How often. Default 30,000. */
  allowMs?: number
  /** How often the host's own state is compared with the set. Default 30,000. */
  reconcileMs?: number
  /** After a failure of the host, until the next try. Default 5,000. */
  repairMs?: number
  /** Leaves everything enforced when stopped; it ends at its time. Default false. */
  keepOnStop?: boolean
}

/** What the enforcement itself went through. */
export interface EnforcementCounts {
  /** Times the whole set was written, and times changes were. */
  replacements: number
  updates: number
  failures: number
  reconciliations: number
  /** Entries found missing, extra or altered in the host, over all reconciliations. */
  drifted: number
  /** Times the host's structure was found gone or changed. */
  rebuilt: number
  /** Times other blocks became allowed, and times nobody could say which are. */
  allowChanges: number
  allowFailures: number
}

/**
 * Carries out on a host what a decision stream brings, and keeps it so: a host that failed is given the whole set
 * again, a host that somebody else changed is repaired.
 */
export class Enforcer {
  readonly #host: Host
  readonly #set: DecisionSet
  readonly #stream: DecisionStream
  readonly #logger: Logger
  readonly #reconcileMs: number
  readonly #repairMs: number
  readonly #keepOnStop: boolean
  readonly #allow: AllowList | null
  readonly #allowMs: number
  readonly #serial = new Serial()
  readonly #abort = new AbortController()
  readonly #ready = Promise.withResolvers<void>()
  readonly #counts: Omit<EnforcementCounts, 'allowChanges' | 'allowFailures'> = {
    replacements: 0,
    updates: 0,
    failures: 0,
    reconciliations: 0,
    drifted: 0,
    rebuilt: 0,
  }
  #loops: Promise<unknown> | null = null
  #stopped: Promise<void> | null = null
  #loaded = false
  /** The host does not hold the set: because it was not given it yet, or failed. */
  #behind = true
  #error: TocsinError | null = null
  /** The allowed blocks that the host knows. */
  #allowTold: readonly Cidr[] | null = null
  /** How often the stream brought changes. */
  #changes = 0

  constructor(options: EnforcerOptions) {
    this.#host = options.host
    this.#set = options.set
    this.#logger = options.logger ?? silentLogger
    this.#reconcileMs = options.reconcileMs ?? 30_000
    this.#repairMs = options.repairMs ?? 5_000
    this.#keepOnStop = options.keepOnStop ?? false
    const { allow, host, logger = silentLogger } = options
    this.#allow = allow ? new AllowList(allow, { logger, name: host.name }) : null
    this.#allowMs = options.allowMs ?? 30_000
    this.#stream = new DecisionStream({
      ...options,
      listener: { loaded: () => this.#onLoaded(), changed: (changes) => this.#onChanged(changes) },
    })
    // Nobody needs to wait for `ready`.
    this.#ready.promise.catch(() => undefined)
  }

  /** Throws BOUNCER_ALLOW_UNKNOWN and what the host's `prepare` throws; afterwards pulls and enforces in the background until `stop`. */
  async start(): Promise<void> {
    if (this.#loops !== null || this.#abort.signal.aborted) {
      throw new TocsinError('BOUNCER_STARTED', 'cannot start the bouncer: it was started before')
    }
    const { signal } = this.#abort
    const prepared = this.#serial.run(() => this.#prepare())
    this.#loops = prepared
    try {
      await prepared
    } catch (error) {
      this.#loops = null
      throw error
    }
    if (signal.aborted) return
    this.#loops = Promise.all([
      this.#stream.run(signal),
      this.#reconcileForever(signal),
      this.#askForever(signal),
    ])
  }

  /** Resolves when the host first holds a whole set; rejects with BOUNCER_STOPPED where that never came. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Ends everything and, unless asked to keep it, takes it out of the host. May be called at any time, twice too. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  streamStatus(): StreamStatus {
    return this.#stream.status()
  }

  counts(): EnforcementCounts {
    const { changes = 0, failures = 0 } = this.#allow ?? {}
    return { ...this.#counts, allowChanges: changes, allowFailures: failures }
  }

  /** Why the host does not hold the set, null where it does. */
  hostError(): TocsinError | null {
    return this.#error
  }

  async #stop(): Promise<void> {
    this.#abort.abort()
    this.#ready.reject(new TocsinError('BOUNCER_STOPPED', 'cannot enforce: the bouncer was stopped'))
    await this.#loops?.catch(() => undefined)
    const wasStarted = this.#loops !== null
    if (!wasStarted || this.#keepOnStop) {
      await this.#serial.run(() => undefined)
      return
    }
    await this.#serial.run(() => this.#host.remove())
    this.#logger.info(`${this.#host.name}: rules and sets are removed.`)
  }

  async #prepare(): Promise<void> {
    await this.#allow?.load()
    if (this.#allow) this.#set.setAllow(this.#allow.blocks)
    await this.#host.prepare()
    await this.#tellAllowed()
  }

  #onLoaded(): void {
    this.#loaded = true
    void this.#serial.run(() => this.#catchUp())
  }

  #onChanged(changes: Changes): Promise<void> {
    this.#changes++
    return this.#serial.run(() => (this.#behind ? this.#catchUp() : this.#update(changes)))
  }

  async #update(changes: Changes): Promise<void> {
    await this.#attempt(async () => {
      await this.#host.apply(changes, this.#set)
      this.#counts.updates++
    })
  }

  async #catchUp(): Promise<void> {
    if (!this.#behind || this.#abort.signal.aborted) return
    await this.#attempt(async () => {
      await this.#tellAllowed()
      await this.#host.replace(this.#set)
      this.#counts.replacements++
      this.#saySize()
      this.#ready.resolve()
    })
  }

  async #reconcileForever(signal: AbortSignal): Promise<void> {
    let reconcileAt = performance.now() + this.#reconcileMs
    while (!signal.aborted) {
      await wait(Math.min(this.#repairMs, this.#reconcileMs), signal)
      if (signal.aborted || !this.#loaded) continue
      if (this.#behind) {
        await this.#serial.run(() => this.#catchUp())
      } else if (performance.now() >= reconcileAt) {
        await this.#serial.run(() => this.#reconcile())
        reconcileAt = performance.now() + this.#reconcileMs
      }
    }
  }

  async #askForever(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#allow?.isAsked) {
      await wait(this.#allowMs, signal)
      if (!signal.aborted) await this.#refreshAllowed(signal)
    }
  }

  async #refreshAllowed(signal: AbortSignal): Promise<void> {
    if (!(await this.#allow?.refresh()) || signal.aborted) return
    this.#set.setAllow(this.#allow?.blocks ?? [])
    await this.#serial.run(async () => {
      // A host that is behind is told before it is given the whole.
      if (!this.#behind) await this.#attempt(() => this.#tellAllowed())
    })
    this.#stream.tell(signal)
  }

  async #tellAllowed(): Promise<void> {
    const blocks = this.#allow?.blocks ?? null
    if (blocks === null || this.#allowTold === blocks) return
    await this.#host.allow?.(blocks, this.#set)
    this.#allowTold = blocks
  }

  async #reconcile(): Promise<void> {
    if (this.#abort.signal.aborted) return
    await this.#attempt(async () => {
      const changes = this.#changes
      const drift = await this.#host.reconcile(this.#set)
      this.#counts.reconciliations++
      // What came meanwhile and waits its turn was missing in the host for no fault of anybody's.
      this.#sayDrift(changes === this.#changes ? drift : { ...noDrift, rebuilt: drift.rebuilt })
    })
  }

  #saySize(): void {
    const { addresses4, addresses6, ranges4, ranges6, leftOut } = this.#set.stats()
    const { malformed, types, scopes, excess, allowed } = leftOut
    const left = { malformed, types, scopes, excess, allowed }
    const fields = { addresses4, addresses6, ranges4, ranges6, ...left }
    this.#logger.info(
      `${this.#host.name}: ${addresses4 + addresses6} addresses and ${ranges4 + ranges6} ranges are enforced.`,
      fields,
    )
    if (malformed + types + scopes + excess === 0) return
    const kinds = `${types} of other types, ${scopes} of other scopes, ${malformed} malformed, ${excess} too many`
    this.#logger.warn(`${this.#host.name}: decisions that it cannot enforce are left out: ${kinds}.`, fields)
  }

  #sayDrift(drift: Drift): void {
    const { rebuilt, missing, extra, altered } = drift
    const drifted = missing + extra + altered
    this.#counts.drifted += drifted
    if (rebuilt) {
      this.#counts.rebuilt++
      const text = `its rules or sets were gone or changed by somebody else; they are built anew`
      this.#logger.warn(`${this.#host.name}: ${text}, ${this.#set.size} in force.`, { ...drift })
    } else if (drifted > 0) {
      const text = `${missing} entries were missing, ${extra} too many, ${altered} with another end`
      this.#logger.warn(`${this.#host.name}: ${text}; all are repaired.`, { ...drift })
    }
  }

  /** Runs work on the host; a failure is said once, until it is over, and leaves the host behind. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      const error =
        cause instanceof TocsinError
          ? cause
          : new TocsinError('BOUNCER_HOST_FAILED', `cannot drive ${this.#host.name}: ${String(cause)}`, {
              cause,
            })
      this.#counts.failures++
      const isNews = this.#error?.message !== error.message
      this.#behind = true
      this.#error = error
      if (isNews) this.#logger.error(`${error.message}. Trying on.`, { code: error.code, hint: error.hint })
      return
    }
    if (this.#error !== null) this.#logger.info(`${this.#host.name}: works again.`)
    this.#behind = false
    this.#error = null
  }
}
