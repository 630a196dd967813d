import type { Clock, Logger, TocsinError } from '@tocsin/model'
import type { AllowSource } from '../core/allow-list.ts'
import { steadyClock } from '../core/clock.ts'
import { DecisionSet, type DecisionSetStats } from '../core/decision-set.ts'
import type { DecisionSource, DecisionStreamOptions } from '../core/decision-stream.ts'
import { type EnforcementCounts, Enforcer } from '../core/enforcer.ts'
import type { StreamStatus } from '../core/stream-health.ts'
import { type DroppedCounts, NftablesHost } from './host.ts'
import { Nft } from './nft.ts'
import { type Action, type Hook, Ruleset } from './ruleset.ts'

export interface NftablesBouncerOptions {
  /** Where decisions come from: a BouncerClient of @tocsin/client, or a Local API in the same process. */
  source: DecisionSource
  /** Name of the table in the family inet, which belongs to this bouncer alone. Default `tocsin`. */
  table?: string
  /** Where packets are judged. Default: input and forward, so that containers are covered too. */
  hooks?: readonly Hook[]
  /** Default: drop. */
  action?: Action
  /** Of the chains. Default -10: before the usual filter. */
  priority?: number
  /** Whether dropped packets and bytes are counted. Default true. */
  counters?: boolean
  /** Types of decisions that block. Default: `ban` alone. */
  types?: readonly string[]
  /**
   * Blocks that are never blocked, nor any address in them by a wider range, besides the loopback. A function is
   * asked at the start and every `allowMs`; where it fails later, its last answer holds.
   */
  allow?: AllowSource
  /** Default 30,000. */
  allowMs?: number
  /** Between two pulls, where the Local API does not push. Default 10,000. */
  intervalMs?: number
  /** Where the Local API does not push, a whole set is pulled at least this often. Default 900,000. */
  resyncMs?: number
  /** False pulls even where the Local API would push. Default true. */
  push?: boolean
  /** How often the kernel's rules and sets are checked against the decisions. Default 30,000. */
  reconcileMs?: number
  /** What narrows the pulls, such as origins. */
  query?: DecisionStreamOptions['query']
  /** How to call the key in an error text. */
  keyName?: string
  /** Leaves table and elements in the kernel when stopped; bans end at their time. Default false. */
  keepOnStop?: boolean
  clock?: Clock
  logger?: Logger
  /** The program. Default `nft`, looked for on the PATH and in /usr/sbin and /sbin. */
  nftPath?: string
  /** The network namespace to work in, by its name for `ip netns`. Default: the process's own. */
  netns?: string
}

export interface NftablesBouncerStats {
  decisions: DecisionSetStats
  stream: StreamStatus
  enforcement: EnforcementCounts
  dropped: DroppedCounts
  /** Why the kernel does not hold the set, null where it does. */
  error: TocsinError | null
}

export interface NftablesBouncer {
  /**
   * Checks that the packet filter can be changed, then pulls and enforces in the background until `stop`. Throws
   * NFT_MISSING, NFT_FORBIDDEN, NFT_UNSUPPORTED, NFT_NO_NAMESPACE, NFT_FAILED or BOUNCER_ALLOW_UNKNOWN. An absent Local API or a refused
   * key is no error here: what an earlier run left in the kernel holds, and the log says what is wrong.
   */
  start(): Promise<void>
  /** Resolves when the first whole set is in the kernel; rejects with BOUNCER_STOPPED where that never came. */
  ready(): Promise<void>
  /** Ends everything and removes the table, unless it is to be kept. May be called at any time, twice too. */
  stop(): Promise<void>
  stats(): Promise<NftablesBouncerStats>
}

/** A firewall bouncer on the kernel's nftables. Throws BOUNCER_BAD_OPTION. */
export function createNftablesBouncer(options: NftablesBouncerOptions): NftablesBouncer {
  const { clock = steadyClock } = options
  const set = new DecisionSet({ clock, types: options.types })
  const host = new NftablesHost(new Nft(options), new Ruleset(options), clock)
  const enforcer = new Enforcer({ ...options, clock, set, host })
  return {
    start: () => enforcer.start(),
    ready: () => enforcer.ready(),
    stop: () => enforcer.stop(),
    stats: async () => ({
      decisions: set.stats(),
      stream: enforcer.streamStatus(),
      enforcement: enforcer.counts(),
      dropped: await host.dropped(),
      error: enforcer.hostError(),
    }),
  }
}
