import { hostname } from 'node:os'
import type { BouncerClientOptions } from '@tocsin/client'
import { type Logger, TocsinError } from '@tocsin/model'
import type { Command } from 'commander'
import { clientTransport } from './client-tls.ts'
import { formatListen, reachable } from './config/listen.ts'
import type { Context } from './context.ts'
import { ownBouncerKey } from './own-bouncer.ts'
import { ownTransport } from './own-transport.ts'

/** The flags that say which Local API a bouncer serves, and as whom it comes there. */
export interface AccessFlags {
  url?: string
  key?: string
  caCert?: string
  cert?: string
  certKey?: string
  insecure?: boolean
}

/** Where a Local API is, and as whom a bouncer comes there. */
export type BouncerAccess = Pick<BouncerClientOptions, 'url' | 'key' | 'fetch'>

export function addAccessFlags(command: Command): Command {
  return command
    .option('-u, --url <url>', 'url of the Local API')
    .option(
      '-k, --key <key>',
      'key of this bouncer at that Local API; TOCSIN_BOUNCER_KEY keeps it out of process lists',
    )
    .option('--ca-cert <file>', 'who signed the certificate of that Local API (PEM); only they are believed')
    .option('--cert <file>', 'certificate of this bouncer, in place of a key (PEM)')
    .option('--cert-key <file>', 'the key of that certificate (PEM)')
    .option('--insecure', 'believe whoever answers at the url, whatever its certificate')
}

/**
 * Access by flags to a Local API elsewhere, else to the one of this machine, where the bouncer is registered. Throws
 * CLI_USAGE, CLI_FILE, CLIENT_BAD_TLS and CLI_NO_DAEMON.
 */
export async function bouncerAccess(at: Context, flags: AccessFlags, logger: Logger): Promise<BouncerAccess> {
  const { url, caCert, cert, certKey, insecure = false } = flags
  const key = flags.key ?? (cert === undefined ? process.env.TOCSIN_BOUNCER_KEY : undefined)
  checkTogether(flags)
  if (url === undefined) return await accessHere(at, key)
  if (key === undefined && cert === undefined) {
    throw new TocsinError('CLI_USAGE', `cannot serve ${url}: there is no key for it`, {
      hint: 'on the machine of that Local API run "tocsin bouncers add NAME" and give its key with --key, or a certificate with --cert',
    })
  }
  const paths = {
    authority: caCert ?? null,
    certificate: cert ?? null,
    key: certKey ?? null,
    insecure,
  }
  return { url, ...(key === undefined ? {} : { key }), ...(await clientTransport(paths, logger)) }
}

function checkTogether({ url, key, caCert, cert, certKey, insecure }: AccessFlags): void {
  const wrong = (reason: string, hint: string) =>
    new TocsinError('CLI_USAGE', `cannot serve ${url ?? 'the Local API of this machine'}: ${reason}`, {
      hint,
    })
  if ((cert === undefined) !== (certKey === undefined))
    throw wrong('one of --cert and --cert-key is missing', 'give both, of one pair')
  if (key !== undefined && cert !== undefined)
    throw wrong('both a key and a certificate were given', 'a certificate stands for a key: leave --key out')
  if (caCert === undefined && cert === undefined && insecure !== true) return
  if (url === undefined)
    throw wrong('certificates are for one elsewhere', 'name it with --url https://HOST:PORT')
  if (!url.startsWith('https:'))
    throw wrong('certificates need TLS, and this url has none', 'begin it with https')
}

async function accessHere(at: Context, key: string | undefined): Promise<BouncerAccess> {
  const { config } = at
  return {
    url: `http://${formatListen(reachable(config.lapi.listen.value))}`,
    key: key ?? (await ownBouncerKey(at.adminClient(), config.state.value, `nftables-${hostname()}`)),
    ...ownTransport(config),
  }
}
