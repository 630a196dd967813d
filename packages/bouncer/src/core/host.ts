import type { Cidr } from '@tocsin/model'
import type { Changes, InForce } from './remediation.ts'

/** What a host's state differed in from what it should be; all zero and false where it did not. */
export interface Drift {
  /** The host's structure was gone or changed, and was built anew with everything in it. */
  rebuilt: boolean
  missing: number
  extra: number
  /** Enforced, but to another end. */
  altered: number
}

export const noDrift: Drift = { rebuilt: false, missing: 0, extra: 0, altered: 0 }

/**
 * Something that enforces: a packet filter, a proxy, a service elsewhere. Methods are called one at a time and may
 * be repeated: each one leads to the state it is given, whatever was there. They throw TocsinError; after a failure
 * the next call is `replace`.
 */
export interface Host {
  /** For log lines: "nftables". */
  readonly name: string
  /** Proves that the host can be driven at all, and changes nothing that is enforced. */
  prepare(): Promise<void>
  /** Enforces exactly these, in one step: leftovers of an earlier run hold until the new set does. */
  replace(all: InForce): Promise<void>
  /** Brings the changes; `all` is the whole with these changes in it, perhaps with later ones too. */
  apply(changes: Changes, all: InForce): Promise<void>
  /** Compares the host's own state with the whole, repairs it, and says what was wrong. */
  reconcile(all: InForce): Promise<Drift>
  /**
   * From now on packets from these blocks are let through whatever wider block is enforced; may be called before
   * anything is enforced. Absent where the host asks the set about each address.
   */
  allow?(blocks: readonly Cidr[], all: InForce): Promise<void>
  /** Takes away everything that it put there. Does nothing where nothing is. */
  remove(): Promise<void>
}
