import type { Cidr, Ip } from '@tocsin/model'

/** What is to be done to an address or a range, and until when. */
export interface Remediation {
  /** `ban`, `captcha` or any other word of the Local API. */
  readonly type: string
  /** Milliseconds on the clock of the decision set. */
  readonly until: number
  readonly origin: string
  readonly scenario: string
  /** The Local API's number of the decision, or null where it gave none. */
  readonly id: number | null
}

/** A remediation and the addresses that it holds for. An address is the block that holds it alone. */
export interface Enforcement {
  readonly block: Cidr
  readonly remediation: Remediation
}

/** An enforcement that begins, or replaces another one on the same block. */
export interface Addition extends Enforcement {
  /** What held for the block until now; null where nothing did. */
  readonly previous: Remediation | null
}

/** What a host has to do after decisions came, went or ended. */
export interface Changes {
  readonly added: readonly Addition[]
  /** Blocks that are free again, with the remediation that held until now. */
  readonly removed: readonly Enforcement[]
}

/** All enforcements of a moment, as far as hosts were told of them. */
export interface InForce {
  /** Number of blocks. */
  readonly size: number
  entries(): Iterable<Enforcement>
  /** The blocks among them that hold more than one address. */
  ranges(): Iterable<Enforcement>
  /** The remediation of exactly this block, or null. */
  get(block: Cidr): Remediation | null
}

/** Whether the block holds one address only. */
export function isAddress(block: Cidr): boolean {
  return block.bits === (block.ip.version === 4 ? 32 : 128)
}

/** The block that addresses inside it share whatever way they are written: IPv4-mapped IPv6 becomes IPv4. */
export function canonicalBlock(block: Cidr): Cidr {
  const { ip, bits } = block
  const mapped = ip.version === 6 && bits >= 96 && ip.w0 === 0 && ip.w1 === 0 && ip.w2 === 0xffff
  if (!mapped) return block
  const plain: Ip = { version: 4, w0: 0, w1: 0, w2: 0, w3: ip.w3 }
  return { ip: plain, bits: bits - 96 }
}
