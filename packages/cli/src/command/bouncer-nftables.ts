import { BouncerClient } from '@tocsin/client'
import { parseDurationMs } from '@tocsin/model'
import { InvalidArgumentError } from 'commander'
import { type AccessFlags, addAccessFlags, bouncerAccess } from '../bouncer-access.ts'
import type { Context } from '../context.ts'
import { startNftables } from '../enforce.ts'
import { type BuildCommand, examples } from '../program.ts'
import { untilStopped } from '../signals.ts'
import { userAgent } from '../version.ts'

interface NftablesOptions extends AccessFlags {
  keepRules?: boolean
  interval?: number
}

/** `tocsin bouncer nftables`: the firewall bouncer as a process of its own. */
export const buildNftables: BuildCommand = (command, context) => {
  addAccessFlags(
    command
      .command('nftables')
      .summary('run the firewall bouncer')
      .description(
        'Block decisions in the kernel through nftables until stopped. Without --url it serves the Local API of this ' +
          'machine and registers itself there.',
      ),
  )
    .option('--interval <duration>', 'time between two pulls', milliseconds)
    .option('--keep-rules', 'leave the rules in the kernel at the end; bans still end in time')
    .addHelpText(
      'after',
      examples(
        'tocsin bouncer nftables',
        'tocsin bouncer nftables --url http://192.0.2.1:8080 --key "$KEY"',
        'tocsin bouncer nftables --url https://lapi.example:8080 --ca-cert ca.pem --cert web.pem --cert-key web.key',
      ),
    )
    .action(async (options: NftablesOptions) => run(context(), options))
}

async function run(at: Context, options: NftablesOptions): Promise<void> {
  const logger = at.logger()
  const access = await bouncerAccess(at, options, logger)
  const bouncer = await startNftables({
    client: new BouncerClient({ ...access, userAgent: userAgent.replace('tocsin/', 'tocsin-nftables/') }),
    config: at.config.nftables,
    stateFolder: at.config.state.value,
    logger,
    keepRules: options.keepRules === true,
    ...intervalOf(at, options),
  })
  const stopped = untilStopped()
  const ready = bouncer
    .ready()
    .then(() => logger.info(`the nftables bouncer is ready, it serves ${access.url}`))
  // One that is stopped before its first whole set was never ready.
  await Promise.race([ready.catch(() => {}), stopped])
  await stopped
  await bouncer.stop()
}

const remoteIntervalMs = 10_000

/** A Local API elsewhere is asked less often, unless somebody says how often. */
function intervalOf({ config }: Context, { url, interval }: NftablesOptions): { intervalMs?: number } {
  if (interval !== undefined) return { intervalMs: interval }
  return url !== undefined && config.nftables.intervalMs.origin === 'default'
    ? { intervalMs: remoteIntervalMs }
    : {}
}

function milliseconds(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === null || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 10s.')
  return ms
}
