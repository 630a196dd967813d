import { createNftablesBouncer, type NftablesBouncer } from '@tocsin/bouncer/nftables'
import type { BouncerClient } from '@tocsin/client'
import type { Logger } from '@tocsin/model'
import type { NftablesConfig } from './config/config.ts'
import { protectedAddresses } from './guard/protected-addresses.ts'

export interface EnforceOptions {
  readonly client: BouncerClient
  readonly config: NftablesConfig
  readonly logger: Logger
  /** How error texts call the key. */
  readonly keyName?: string
  readonly keepRules?: boolean
  readonly intervalMs?: number
}

/** Starts the firewall bouncer as the configuration has it. Throws what its start throws, such as NFT_FORBIDDEN. */
export async function startNftables({
  client,
  config,
  logger,
  ...options
}: EnforceOptions): Promise<NftablesBouncer> {
  const { table, hooks, action, intervalMs } = config
  const bouncer = createNftablesBouncer({
    source: client,
    table: table.value,
    hooks: hooks.value,
    action: action.value,
    intervalMs: options.intervalMs ?? intervalMs.value,
    keepOnStop: options.keepRules === true,
    allow: protectedAddresses().map(({ cidr }) => cidr),
    logger,
    ...(options.keyName === undefined ? {} : { keyName: options.keyName }),
  })
  await bouncer.start()
  return bouncer
}
