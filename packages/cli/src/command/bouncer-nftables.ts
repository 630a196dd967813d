import { hostname } from 'node:os'
import { BouncerClient } from '@tocsin/client'
import { parseDurationMs, TocsinError } from '@tocsin/model'
import { InvalidArgumentError } from 'commander'
import { formatListen } from '../config/listen.ts'
import type { Context } from '../context.ts'
import { startNftables } from '../enforce.ts'
import { ownTransport } from '../own-transport.ts'
import { ownBouncerKey } from '../own-bouncer.ts'
import { type BuildCommand, examples } from '../program.ts'
import { untilStopped } from '../signals.ts'
import { userAgent } from '../version.ts'

interface NftablesOptions {
  url?: string
  key?: string
  keepRules?: boolean
  interval?: number
}

/** `tocsin bouncer nftables`: the firewall bouncer as a process of its own. */
export const buildNftables: BuildCommand = (command, context) => {
  command
    .command('nftables')
    .summary('run the firewall bouncer')
    .description(
      'Block decisions in the kernel through nftables until stopped. Without --url and --key it serves the Local API ' +
        'of this machine and registers itself there.',
    )
    .option('-u, --url <url>', 'url of the Local API')
    .option(
      '-k, --key <key>',
      'key of this bouncer at that Local API; TOCSIN_BOUNCER_KEY keeps it out of process lists',
    )
    .option('--interval <duration>', 'time between two pulls', milliseconds)
    .option('--keep-rules', 'leave the rules in the kernel at the end; bans still end in time')
    .addHelpText(
      'after',
      examples('tocsin bouncer nftables', 'tocsin bouncer nftables --url http://192.0.2.1:8080 --key "$KEY"'),
    )
    .action(async (options: NftablesOptions) => run(context(), options))
}

async function run(at: Context, options: NftablesOptions): Promise<void> {
  const logger = at.logger()
  const { url, key } = await access(at, options)
  const bouncer = await startNftables({
    client: new BouncerClient({
      url,
      key,
      userAgent: userAgent.replace('tocsin/', 'tocsin-nftables/'),
      ...(options.url === undefined ? ownTransport(at.config) : {}),
    }),
    config: at.config.nftables,
    stateFolder: at.config.state.value,
    logger,
    keepRules: options.keepRules === true,
    ...intervalOf(at, options),
  })
  const stopped = untilStopped()
  const ready = bouncer.ready().then(() => logger.info(`the nftables bouncer is ready, it serves ${url}`))
  // One that is stopped before its first whole set was never ready.
  await Promise.race([ready.catch(() => {}), stopped])
  await stopped
  await bouncer.stop()
}

async function access(
  at: Context,
  { url, key = process.env.TOCSIN_BOUNCER_KEY }: NftablesOptions,
): Promise<{ url: string; key: string }> {
  if (url !== undefined && key !== undefined) return { url, key }
  if (url !== undefined) {
    throw new TocsinError('CLI_USAGE', `cannot serve ${url}: there is no key for it`, {
      hint: 'on the machine of that Local API run "tocsin bouncers add NAME" and give its key with --key',
    })
  }
  const { lapi, state } = at.config
  const ownUrl = `http://${formatListen(lapi.listen.value)}`
  return {
    url: ownUrl,
    key: key ?? (await ownBouncerKey(at.adminClient(), state.value, `nftables-${hostname()}`)),
  }
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
