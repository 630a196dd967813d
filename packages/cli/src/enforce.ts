import { join } from 'node:path'
import { lockFolder, type Unlock } from '@tocsin/agent'
import { createNftablesBouncer, type NftablesBouncer } from '@tocsin/bouncer/nftables'
import type { BouncerClient } from '@tocsin/client'
import { type Logger, TocsinError } from '@tocsin/model'
import type { NftablesConfig } from './config/config.ts'
import { protectedAddresses } from './guard/protected-addresses.ts'
import { reportBouncerUsage } from './report/usage-of-parts.ts'
import type { UsageReporter } from './report/usage-reporter.ts'

export interface EnforceOptions {
  /** Where the lock on the table is kept. */
  readonly stateFolder: string
  readonly client: BouncerClient
  readonly config: NftablesConfig
  readonly logger: Logger
  /** How error texts call the key. */
  readonly keyName?: string
  readonly keepRules?: boolean
  readonly intervalMs?: number
}

/**
 * Starts the firewall bouncer as the configuration has it. Two of them on one table would take each other's rules away, so
 * the second is refused. Throws CLI_TABLE_IN_USE and what the bouncer's start throws, such as NFT_FORBIDDEN.
 */
export async function startNftables(options: EnforceOptions): Promise<NftablesBouncer> {
  const unlock = lockTable(options)
  try {
    const bouncer = createBouncer(options)
    await bouncer.start()
    const usage = usageWhenReady(bouncer, options)
    const stop = async () => {
      await usage.stop()
      await bouncer.stop().finally(unlock)
    }
    return { ...bouncer, stop }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Before the first whole set is enforced there is nothing to report. */
function usageWhenReady(bouncer: NftablesBouncer, { client, logger }: EnforceOptions): UsageReporter {
  let usage: UsageReporter | null = null
  bouncer.ready().then(
    () => {
      usage = reportBouncerUsage(bouncer, client, logger)
    },
    () => {},
  )
  return { stop: async () => await usage?.stop() }
}

function createBouncer({ client, config, logger, ...options }: EnforceOptions): NftablesBouncer {
  const { table, hooks, action, intervalMs } = config
  return createNftablesBouncer({
    source: client,
    table: table.value,
    hooks: hooks.value,
    action: action.value,
    intervalMs: options.intervalMs ?? intervalMs.value,
    keepOnStop: options.keepRules === true,
    allow: () => protectedAddresses().map(({ cidr }) => cidr),
    logger,
    ...(options.keyName === undefined ? {} : { keyName: options.keyName }),
  })
}

function lockTable({ stateFolder, config }: EnforceOptions): Unlock {
  const table = config.table.value
  try {
    return lockFolder(join(stateFolder, `nftables-${table}`))
  } catch (cause) {
    if (!(cause instanceof TocsinError) || cause.code !== 'AGENT_STATE_IN_USE') throw cause
    throw new TocsinError(
      'CLI_TABLE_IN_USE',
      `cannot enforce through the table ${table}: another process of this machine does`,
      {
        hint: 'stop it (is "enforce: nftables" in the configuration of the daemon?), or name another table: nftables.table',
        cause,
      },
    )
  }
}
