import type { AlertQuery, DecisionDeletion } from '@tocsin/client'
import { normalizeScope, parseIp, TocsinError } from '@tocsin/model'
import { InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { AllowlistGuard } from '../guard/allowlists.ts'
import { adminAddress } from '../guard/protected-addresses.ts'
import { defined, goDuration, lastingDuration, wholeNumber } from '../flags.ts'
import { machineName } from '../machine-access.ts'
import { type BuildCommand, examples } from '../program.ts'
import { importDecisions, type ImportOptions, importFormats } from './decision-import.ts'
import { decisionsCsv, decisionsTable, withoutDuplicates } from './decision-view.ts'
import { manualAlert } from './manual-alert.ts'

interface ListOptions {
  all?: boolean
  since?: string
  until?: string
  type?: string
  scope?: string
  origin?: string
  value?: string
  scenario?: string
  ip?: string
  range?: string
  limit: number
  simu: boolean
  machine?: boolean
  contained?: boolean
}

interface AddOptions {
  ip?: string
  range?: string
  value?: string
  scope: string
  duration: string
  reason?: string
  type: string
  bypassAllowlist?: boolean
  force?: boolean
}

interface DeleteOptions {
  ip?: string
  range?: string
  type?: string
  value?: string
  scenario?: string
  origin?: string
  id?: number
  all?: boolean
  contained?: boolean
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin decisions list',
      'tocsin decisions add --ip 192.0.2.7 --duration 24h --reason "port scan"',
      'tocsin decisions add --range 198.51.100.0/24 --duration permanent',
      'tocsin decisions delete --ip 192.0.2.7',
      'tocsin decisions import -i blocklist.csv',
    ),
  )
  buildList(command, context)
  buildAdd(command, context)
  buildDelete(command, context)
  buildImport(command, context)
}

const buildList: BuildCommand = (command, context) => {
  command
    .command('list')
    .summary('list the decisions in force')
    .description('List the decisions in force, with the alerts they come from.')
    .option('-a, --all', 'include decisions of the community blocklists')
    .option('--since <duration>', 'of alerts started at most this long ago', goDuration)
    .option('--until <duration>', 'of alerts started at least this long ago', goDuration)
    .option('-t, --type <type>', 'of this type, such as ban')
    .option('--scope <scope>', 'on this scope, such as Ip or Range')
    .option('--origin <origin>', 'of this origin')
    .option('-v, --value <value>', 'on this value')
    .option('-s, --scenario <name>', 'of this scenario')
    .option('-i, --ip <ip>', 'on this address')
    .option('-r, --range <range>', 'on this range')
    .option('-l, --limit <n>', 'of at most this many alerts; 0 means all', wholeNumber, 100)
    .option('--no-simu', 'leave simulated decisions out')
    .option('-m, --machine', 'show which machine sent each alert')
    .option('--contained', 'turn --ip and --range round: decisions inside them')
    .action(async (options: ListOptions) => {
      const at = context()
      const alerts = withoutDuplicates(await (await at.machineClient()).listAlerts(listQuery(options)))
      at.print({
        json: () => alerts,
        raw: () => decisionsCsv(alerts, options.machine === true),
        human: () => decisionsTable(alerts, options.machine === true, at.terminal),
      })
    })
}

function listQuery(options: ListOptions): AlertQuery {
  return defined<AlertQuery>({
    hasActiveDecision: true,
    includeCapi: options.all === true,
    since: options.since,
    until: options.until,
    decisionType: options.type,
    scope: options.scope,
    origin: options.origin,
    value: options.value,
    scenario: options.scenario,
    ip: options.ip,
    range: options.range,
    limit: options.limit,
    simulated: options.simu ? undefined : false,
    contains: options.contained === true ? false : undefined,
  })
}

const buildAdd: BuildCommand = (command, context) => {
  command
    .command('add')
    .summary('ban an address, or decide otherwise')
    .description('Ban an address, or decide otherwise.')
    .option('-i, --ip <ip>', 'decide on this address')
    .option('-r, --range <range>', 'decide on this range')
    .option('-v, --value <value>', 'decide on this value of --scope')
    .option('--scope <scope>', 'scope of --value', 'Ip')
    .option('-d, --duration <duration>', 'how long: 30m, 4h, 7d, or permanent', lastingDuration, '4h0m0s')
    .option('-R, --reason <text>', 'why')
    .option('-t, --type <type>', 'what to do: ban, captcha, or a type of your own', decisionType, 'ban')
    .option('-B, --bypass-allowlist', 'decide even on an allowlisted address')
    .option(
      '--force',
      'decide even on the loopback, this machine, or the address of a logged-in administrator',
    )
    .action(async (options: AddOptions) => addDecision(context(), options))
}

function decisionType(text: string): string {
  if (!/^[A-Za-z][\w-]{0,49}$/.test(text))
    throw new InvalidArgumentError('It must be a word such as ban or captcha.')
  return text
}

async function addDecision(at: Context, options: AddOptions): Promise<void> {
  const target = targetOf(options)
  const client = await at.machineClient()
  if (options.bypassAllowlist !== true && (target.scope === 'Ip' || target.scope === 'Range')) {
    const lists = await new AllowlistGuard(client, at.terminal).reasonFor(target.value)
    if (lists !== null) {
      throw new TocsinError(
        'CLI_ALLOWLISTED',
        `cannot add the decision: ${target.value} is allowlisted by ${lists}`,
        {
          hint: 'add -B to decide all the same',
        },
      )
    }
  }
  const reason = options.reason ?? `manual '${options.type}' from '${machineName(await at.machineAccess())}'`
  const alert = manualAlert({
    ...target,
    reason,
    type: options.type,
    duration: options.duration,
    origin: 'cscli',
  })
  const ids = await client.pushAlerts([alert], pushOptions(options.force === true))
  if (ids.length === 0) {
    throw new TocsinError(
      'CLI_REFUSED',
      `cannot add the decision: the Local API took none on ${target.scope} ${target.value}`,
      {
        hint: 'is it an address, or a range such as 192.0.2.0/24?',
      },
    )
  }
  at.print({
    json: () => ({
      scope: target.scope,
      value: target.value,
      type: options.type,
      duration: options.duration,
    }),
    raw: () => '',
    human: () => 'Decision successfully added\n',
  })
}

/** What every push of a person carries: where that person is logged in from, so that nobody locks themselves out. */
export function pushOptions(force: boolean): { force: boolean; adminAddress?: string } {
  const address = adminAddress()
  return address === null ? { force } : { force, adminAddress: address }
}

function targetOf({ ip, range, value, scope }: AddOptions): { scope: string; value: string } {
  const given = [ip, range, value].filter((text) => text !== undefined)
  if (given.length !== 1) {
    throw new TocsinError(
      'CLI_USAGE',
      `cannot add a decision: ${given.length === 0 ? 'nothing to decide on was named' : 'several targets were named'}`,
      {
        hint: 'give exactly one of --ip, --range and --value',
      },
    )
  }
  if (ip !== undefined && !parseIp(ip)) {
    throw new TocsinError('CLI_USAGE', `cannot add a decision: "${ip}" is not an address`, {
      hint: 'for a range use --range',
    })
  }
  if (ip !== undefined) return { scope: 'Ip', value: ip }
  return range === undefined
    ? { scope: normalizeScope(scope), value: value ?? '' }
    : { scope: 'Range', value: range }
}

const buildDelete: BuildCommand = (command, context) => {
  command
    .command('delete')
    .alias('remove')
    .summary('end decisions now')
    .description('End decisions now.')
    .option('-i, --ip <ip>', 'on this address')
    .option('-r, --range <range>', 'on this range')
    .option('-t, --type <type>', 'of this type')
    .option('-v, --value <value>', 'on this value')
    .option('-s, --scenario <name>', 'of this scenario')
    .option('--origin <origin>', 'of this origin')
    .option('--id <id>', 'the decision of this id', wholeNumber)
    .option('--all', 'every decision')
    .option('--contained', 'turn --ip and --range round: decisions inside them')
    .action(async (options: DeleteOptions) => {
      const at = context()
      const { id, all, contained, ...filters } = options
      if (id === undefined && all !== true && Object.keys(filters).length === 0) {
        throw new TocsinError('CLI_USAGE', 'cannot delete decisions: no filter was given', {
          hint: 'name a filter such as --ip, or --all to end every decision',
        })
      }
      const query: DecisionDeletion = contained === true ? { ...filters, contains: false } : filters
      const client = await at.machineClient()
      const count = id === undefined ? await client.deleteDecisions(query) : await client.deleteDecision(id)
      at.print({
        json: () => ({ nbDeleted: String(count) }),
        raw: () => `${count}\n`,
        human: () => `${count} decision(s) deleted\n`,
      })
    })
}

const buildImport: BuildCommand = (command, context) => {
  command
    .command('import')
    .summary('add decisions from a file')
    .description(
      'Add decisions from a file of JSON (a list of objects), CSV (with a header) or plain values, one a line.',
    )
    .requiredOption('-i, --input <file>', 'the file; - reads standard input')
    .option('-d, --duration <duration>', 'where the file names none', lastingDuration, '4h0m0s')
    .option('--scope <scope>', 'where the file names none', 'Ip')
    .option('-R, --reason <text>', 'where the file names none', 'manual')
    .option('-t, --type <type>', 'where the file names none', 'ban')
    .option('--batch <n>', 'send them in batches of this many', wholeNumber, 10_000)
    .option('--format <format>', `${importFormats.join(', ')}; guessed from the file's ending`)
    .option('--force', 'take protected addresses too')
    .action(async (options: ImportOptions) => importDecisions(context(), options))
}
