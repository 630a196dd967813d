import { type Cidr, type Clock, TocsinError } from '@tocsin/model'
import { type Drift, type Host, noDrift } from '../core/host.ts'
import { type Changes, type InForce, isAddress } from '../core/remediation.ts'
import { addressDrift, addressesOf, intervalsOf, rangeDrift } from './drift.ts'
import { type KernelTable, readKernelTable } from './kernel-table.ts'
import type { Nft } from './nft.ts'
import { addressSet, families, type Family, rangeSet, type Ruleset } from './ruleset.ts'
import { joinSteps, ScriptWriter, type Step } from './script.ts'

/** Packets that met a rule of ours, over the life of the host. Zero where counters are off. */
export interface DroppedCounts {
  packets: number
  bytes: number
}

/** Elements in a transaction where the kernel does not take long ones, as in a user namespace. */
const shortTransaction = 900
/** The comparison of all elements may take this share of the time. */
const comparisonShare = 0.01
/**
 * With more addresses, writing them all is cheaper than reading them back: the kernel lists a hash set in time that
 * grows with the square of its size.
 */
const maxComparedAddresses = 200_000

/**
 * One table of nftables: a hash set of addresses and a set of intervals for each family, every element with its own
 * timeout, so that a ban ends in the kernel whether or not anybody is there to end it.
 */
export class NftablesHost implements Host {
  readonly name = 'nftables'
  readonly #nft: Nft
  readonly #ruleset: Ruleset
  readonly #clock: Clock
  #maxWeight = Infinity
  /** The structure as it was when this host built it, null before. */
  #fingerprint: string | null = null
  /** The table was found gone or changed, and no reconciliation told of it yet. */
  #wasBroken = false
  #compareAt = 0
  #counted: DroppedCounts = { packets: 0, bytes: 0 }
  /** Counts of tables that are gone. */
  #countedBefore: DroppedCounts = { packets: 0, bytes: 0 }

  constructor(nft: Nft, ruleset: Ruleset, clock: Clock) {
    this.#nft = nft
    this.#ruleset = ruleset
    this.#clock = clock
  }

  async prepare(): Promise<void> {
    await this.#nft.run(`use the nftables table ${this.#ruleset.table}`, this.#ruleset.ensure())
    await this.#look()
  }

  async replace(all: InForce): Promise<void> {
    const isIntact = this.#isIntact(await this.#look())
    if (!isIntact && this.#fingerprint !== null) this.#wasBroken = true
    if (!isIntact) this.#startCounting()
    const script = this.#script()
    script.raw(isIntact ? this.#ruleset.flush() : this.#ruleset.rebuild())
    for (const family of families) {
      script.addAddresses(family, addressesOf(all, family))
      const intervals = intervalsOf(all, family)
      if (intervals.length > 0) script.setRanges(family, intervals)
    }
    await this.#carryOut('fill the nftables sets', script.steps)
    if (isIntact) return
    this.#fingerprint = (await this.#look())?.fingerprint ?? null
  }

  async apply(changes: Changes, all: InForce): Promise<void> {
    const script = this.#script()
    const now = this.#clock()
    const ended = changes.removed.filter(({ remediation }) => remediation.until > now)
    for (const family of families) {
      const added = changes.added.filter(({ block }) => block.ip.version === family)
      const addresses = added.filter(({ block }) => isAddress(block))
      const timed = (isNew: boolean) =>
        addresses
          .filter(({ previous }) => (previous === null) === isNew)
          .map(({ block, remediation }) => ({ block, until: remediation.until }))
      script.addAddresses(family, timed(true))
      script.updateAddresses(family, timed(false))
      // What ended at its time ended in the kernel too.
      const removed = ended.map(({ block }) => block).filter((block) => block.ip.version === family)
      script.removeAddresses(family, removed.filter(isAddress))
      const rangesChanged = added.length > addresses.length || !removed.every(isAddress)
      if (rangesChanged) script.setRanges(family, intervalsOf(all, family))
    }
    await this.#orReplace(all, () => this.#carryOut('change the nftables sets', script.steps))
  }

  async reconcile(all: InForce): Promise<Drift> {
    const drift = { ...noDrift }
    if (!this.#isIntact(await this.#look())) {
      await this.replace(all)
    } else if (performance.now() >= this.#compareAt) {
      const begun = performance.now()
      await this.#orReplace(all, () => this.#compare(all, drift))
      const tookMs = performance.now() - begun
      this.#compareAt = performance.now() + tookMs / comparisonShare
    }
    drift.rebuilt = this.#wasBroken
    this.#wasBroken = false
    return drift
  }

  async allow(blocks: readonly Cidr[], all: InForce): Promise<void> {
    this.#ruleset.setAllow(blocks)
    if (this.#fingerprint === null) return // Nothing is built yet.
    if (!this.#isIntact(await this.#look())) {
      await this.replace(all)
      return
    }
    this.#fingerprint = null // Should it fail, all is built anew with these blocks.
    await this.#nft.run('change the nftables rules', this.#ruleset.rejudge())
    this.#fingerprint = (await this.#look())?.fingerprint ?? null
  }

  async remove(): Promise<void> {
    await this.#nft.run(`remove the nftables table ${this.#ruleset.table}`, this.#ruleset.remove())
    this.#fingerprint = null
  }

  /** Reads the counters; what was read last where nft fails. */
  async dropped(): Promise<DroppedCounts> {
    try {
      if (this.#fingerprint !== null) await this.#look()
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
    }
    return {
      packets: this.#countedBefore.packets + this.#counted.packets,
      bytes: this.#countedBefore.bytes + this.#counted.bytes,
    }
  }

  /** Does the work, or writes everything anew where that finds its table or sets gone. */
  async #orReplace(all: InForce, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'NFT_NOT_FOUND') throw error
      await this.replace(all)
    }
  }

  async #compare(all: InForce, drift: Drift): Promise<void> {
    if (all.size > maxComparedAddresses) {
      await this.replace(all)
      return
    }
    const { table } = this.#ruleset
    const listing = await this.#nft.list('read the nftables sets', ['list', 'table', 'inet', table])
    const kernel = readKernelTable(listing, table)
    const script = this.#script()
    for (const family of families) this.#compareFamily(family, all, kernel, script, drift)
    await this.#carryOut('repair the nftables sets', script.steps)
  }

  #compareFamily(
    family: Family,
    all: InForce,
    kernel: KernelTable | null,
    script: ScriptWriter,
    drift: Drift,
  ): void {
    const now = this.#clock()
    const hash = addressDrift(
      family,
      addressesOf(all, family),
      kernel?.elements(addressSet(family)) ?? [],
      now,
    )
    script.addAddresses(family, hash.missing)
    script.updateAddresses(family, hash.altered)
    script.removeAddresses(family, hash.extra)
    const wanted = intervalsOf(all, family)
    const intervals = rangeDrift(wanted, kernel?.elements(rangeSet(family)) ?? [], now)
    if (intervals.missing + intervals.extra > 0) script.setRanges(family, wanted)
    drift.missing += hash.missing.length + intervals.missing
    drift.extra += hash.extra.length + intervals.extra
    drift.altered += hash.altered.length
  }

  /** The table's structure and counters: cheap, whatever the number of elements. Null where it is gone. */
  async #look(): Promise<KernelTable | null> {
    const listing = await this.#nft.list('read the nftables rules', ['-t', 'list', 'ruleset', 'inet'])
    const kernel = readKernelTable(listing, this.#ruleset.table)
    if (kernel !== null && this.#fingerprint !== null) {
      this.#counted = { packets: kernel.packets, bytes: kernel.bytes }
    }
    return kernel
  }

  #isIntact(kernel: KernelTable | null): boolean {
    return kernel !== null && kernel.fingerprint === this.#fingerprint
  }

  #startCounting(): void {
    this.#countedBefore = {
      packets: this.#countedBefore.packets + this.#counted.packets,
      bytes: this.#countedBefore.bytes + this.#counted.bytes,
    }
    this.#counted = { packets: 0, bytes: 0 }
    this.#fingerprint = null
  }

  #script(): ScriptWriter {
    return new ScriptWriter(this.#ruleset.table, this.#clock())
  }

  /** One transaction where the kernel takes it, else short ones from now on. */
  async #carryOut(verb: string, steps: readonly Step[]): Promise<void> {
    try {
      for (const script of joinSteps(steps, this.#maxWeight)) await this.#nft.run(verb, script)
    } catch (error) {
      const isTooLong = error instanceof TocsinError && error.code === 'NFT_TOO_LONG'
      if (!isTooLong || this.#maxWeight <= shortTransaction) throw error
      this.#maxWeight = shortTransaction
      await this.#carryOut(verb, steps)
    }
  }
}
