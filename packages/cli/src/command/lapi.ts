import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { registerMachine } from '@tocsin/client'
import { clientTransport } from '../client-tls.ts'
import type { Context } from '../context.ts'
import {
  checkCredentialsTarget,
  type Credentials,
  formatCredentials,
  randomPassword,
  writeCredentials,
} from '../credentials.ts'
import { machineName } from '../machine-access.ts'
import { type BuildCommand, examples } from '../program.ts'
import { userAgent } from '../version.ts'

interface RegisterOptions {
  url: string
  file: string
  machine: string
  token?: string
  caCert?: string
  insecure?: boolean
  force?: boolean
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin lapi status',
      'tocsin lapi register --url http://192.0.2.1:8080 -f /etc/tocsin/credentials.yaml',
      'tocsin lapi register --url https://lapi.example:8080 --ca-cert ca.pem --token "$TOKEN" -f credentials.yaml',
    ),
  )

  command
    .command('status')
    .summary('log in at the Local API, to see whether that works')
    .description('Log in at the Local API that the configuration names, to see whether that works.')
    .action(async () => {
      const at = context()
      const access = await at.machineAccess()
      await (await at.machineClient()).login()
      const facts = { url: access.url, machine: machineName(access) }
      const text = () =>
        `You can successfully interact with Local API (LAPI): ${facts.machine} at ${facts.url}\n`
      at.print({ json: () => facts, raw: text, human: text })
    })

  command
    .command('register')
    .summary('make this machine known to a Local API elsewhere')
    .description(
      'Make this machine known to a Local API elsewhere, and write credentials for "client: { credentials_path: FILE }" ' +
        'in the configuration. With the token of that Local API they are good at once; without, somebody there has to ' +
        'run "tocsin machines validate NAME" (cscli on a CrowdSec).',
    )
    .requiredOption('-u, --url <url>', 'url of the Local API')
    .requiredOption('-f, --file <file>', 'where the credentials go; - prints them')
    .option('--machine <name>', 'name of this machine there', hostname())
    .option('--token <token>', 'registration token of that Local API')
    .option('--ca-cert <file>', 'who signed the certificate of that Local API (PEM); only they are believed')
    .option('--insecure', 'believe whoever answers at the url, whatever its certificate')
    .option('--force', 'overwrite an existing file')
    .action(async (options: RegisterOptions) => register(context(), options))
}

async function register(at: Context, options: RegisterOptions): Promise<void> {
  const { url, file, machine, token, caCert, insecure = false } = options
  if (file !== '-') checkCredentialsTarget(file, options.force === true)
  const credentials: Credentials = { url, login: machine, password: randomPassword() }
  const paths = { authority: caCert ?? null, certificate: null, key: null, insecure }
  const isIn = await registerMachine({
    url,
    machineId: machine,
    password: credentials.password,
    userAgent,
    ...(token === undefined ? {} : { registrationToken: token }),
    ...(await clientTransport(paths)),
  })
  const tls = {
    ...(caCert === undefined ? {} : { ca_cert_path: resolve(caCert) }),
    ...(insecure ? { insecure_skip_verify: true } : {}),
  }
  if (file === '-') at.terminal.out(formatCredentials(credentials, tls))
  else writeCredentials(file, credentials, tls)
  at.terminal.err(
    isIn
      ? `machine ${machine} is registered\n`
      : `machine ${machine} waits: on the machine of that Local API run "tocsin machines validate ${machine}"\n`,
  )
}
