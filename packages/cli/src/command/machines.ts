import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { WireMachine } from '@tocsin/client'
import { TocsinError } from '@tocsin/model'
import type { LapiConfig } from '../config/lapi-config.ts'
import { formatListen, reachable } from '../config/listen.ts'
import type { Context } from '../context.ts'
import {
  checkCredentialsTarget,
  type Credentials,
  credentialsPath,
  formatCredentials,
  randomPassword,
  writeCredentials,
} from '../credentials.ts'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import { goDuration } from '../flags.ts'
import { type BuildCommand, examples } from '../program.ts'
import { deleteNames, prune } from './principals.ts'

interface AddOptions {
  password?: string
  file?: string
  url?: string
  auto?: boolean
  force?: boolean
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin machines list',
      'tocsin machines add web-1 -f web-1.yaml',
      'tocsin machines validate web-2',
    ),
  )

  command
    .command('list')
    .summary('list machines')
    .description('List machines.')
    .action(async () => {
      const at = context()
      const machines = await at.adminClient().listMachines()
      const header = [
        'machine_id',
        'ip_address',
        'updated_at',
        'validated',
        'version',
        'auth_type',
        'last_heartbeat',
        'os',
      ]
      at.print({
        json: () => machines,
        raw: () => formatCsv(header, machines.map(row)),
        human: () => formatTable(columns, machines.map(row), at.terminal),
      })
    })

  command
    .command('add')
    .summary('add a machine and write its credentials')
    .description('Add a machine, already validated, and write its credentials into a file for its agent.')
    .argument('[name]', 'name of the machine')
    .option('-p, --password <password>', 'its password; a random one without this')
    .option('-f, --file <file>', 'where the credentials go; - prints them')
    .option('-u, --url <url>', 'url of the Local API that goes into them')
    .option('-a, --auto', 'make up a name')
    .option('--force', 'take over an existing name, overwrite an existing file')
    .action(async (name: string | undefined, options: AddOptions) => add(context(), name, options))

  command
    .command('validate')
    .summary('let a registered machine log in')
    .description('Let a registered machine log in.')
    .argument('<name>', 'name of the machine')
    .action(async (name: string) => {
      const at = context()
      await at.adminClient().validateMachine(name)
      at.terminal.err(`machine ${name} validated\n`)
    })

  command
    .command('inspect')
    .summary('show a machine')
    .description('Show a machine.')
    .argument('<name>', 'name of the machine')
    .action(async (name: string) => {
      const at = context()
      const machine = await at.adminClient().getMachine(name)
      const facts = Object.entries(machine).map(([key, value]) => [key, value === null ? '' : textOf(value)])
      const text = () => formatTable([{ title: 'FIELD' }, { title: 'VALUE' }], facts)
      at.print({ json: () => machine, raw: text, human: text })
    })

  command
    .command('delete')
    .alias('remove')
    .summary('delete machines')
    .description('Delete machines; their alerts stay.')
    .argument('<name...>', 'names of machines')
    .option('--ignore-missing', 'say nothing where there is none of that name')
    .action(async (names: string[], { ignoreMissing }: { ignoreMissing?: boolean }) => {
      const at = context()
      const admin = at.adminClient()
      const remove = async (name: string) => {
        await admin.deleteMachine(name)
        return [name]
      }
      await deleteNames(at, 'machine', names, remove, { missing: ignoreMissing === true ? 'ignore' : 'warn' })
    })

  command
    .command('prune')
    .summary('delete machines not seen for a time, and all that are not validated')
    .description('Delete machines not seen for a time, and all that are not validated.')
    .option('-d, --duration <duration>', 'how long', goDuration, '10m0s')
    .option('--not-validated-only', 'only those that are not validated')
    .option('--force', 'do not ask')
    .action(
      async ({
        duration,
        notValidatedOnly,
        force,
      }: {
        duration: string
        notValidatedOnly?: boolean
        force?: boolean
      }) => {
        const at = context()
        const admin = at.adminClient()
        await prune(at, 'machine', force === true, async (rehearse) => {
          const bounds = { olderThan: duration, onlyNotValidated: notValidatedOnly === true, rehearse }
          return (await admin.pruneMachines(bounds)).names
        })
      },
    )
}

async function add(at: Context, name: string | undefined, options: AddOptions): Promise<void> {
  const machineId = name ?? (options.auto === true ? `${hostname()}-${randomUUID()}` : undefined)
  if (machineId === undefined) {
    throw new TocsinError('CLI_USAGE', 'cannot add a machine: it has no name', {
      hint: 'give a name, or --auto to make one up',
    })
  }
  const { state, lapi } = at.config
  const file = options.file ?? credentialsPath(state.value)
  if (file !== '-') checkCredentialsTarget(file, options.force === true)
  const credentials: Credentials = {
    url: options.url ?? ownUrl(lapi, options.file !== undefined),
    login: machineId,
    password: options.password ?? randomPassword(),
  }
  await at
    .adminClient()
    .addMachine({ machineId, password: credentials.password, force: options.force === true })
  if (file === '-') at.terminal.err(formatCredentials(credentials))
  else writeCredentials(file, credentials)
  at.terminal.err(`machine ${machineId} added${file === '-' ? '' : `, its credentials are in ${file}`}\n`)
}

/** The url that goes into credentials; one for another machine has to name an address. */
function ownUrl({ listen: { value: listen }, tls }: LapiConfig, isForOthers: boolean): string {
  const scheme = tls === null ? 'http' : 'https'
  const isWildcard = listen.host === '0.0.0.0' || listen.host === '::'
  if (isWildcard && isForOthers) {
    throw new TocsinError(
      'CLI_USAGE',
      `cannot add a machine: the Local API listens on ${listen.host}, which is no address to reach it at`,
      {
        hint: `name the url that the machine reaches it at with -u, such as -u ${scheme}://192.0.2.1:8080`,
      },
    )
  }
  return `${scheme}://${formatListen(reachable(listen))}`
}

const columns = [
  'NAME',
  'IP ADDRESS',
  'LAST UPDATE',
  'VALIDATED',
  'VERSION',
  'AUTH',
  'LAST HEARTBEAT',
  'OS',
].map((title) => ({ title }))

function row(machine: WireMachine): string[] {
  return [
    machine.machineId,
    machine.ipAddress,
    machine.updated_at,
    String(machine.isValidated === true),
    machine.version,
    machine.auth_type,
    machine.last_heartbeat ?? '',
    machine.os ?? '',
  ]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
