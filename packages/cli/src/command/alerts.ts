import type { AlertQuery } from '@tocsin/client'
import { TocsinError, type WireAlert } from '@tocsin/model'
import type { Command } from 'commander'
import { defined, goDuration, wholeNumber } from '../flags.ts'
import { formatYaml } from '../output/yaml.ts'
import { type BuildCommand, examples } from '../program.ts'
import { alertsCsv, alertsTable, alertText } from './alert-view.ts'

interface ListOptions {
  all?: boolean
  since?: string
  until?: string
  ip?: string
  scenario?: string
  range?: string
  type?: string
  scope?: string
  origin?: string
  value?: string
  kind?: string
  contained?: boolean
  machine?: boolean
  limit: number
}

interface DeleteOptions extends Omit<ListOptions, 'limit'> {
  id?: number
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin alerts list --since 24h',
      'tocsin alerts list --ip 192.0.2.7 -o json',
      'tocsin alerts inspect 12 --details',
    ),
  )
  listFlags(
    command.command('list').summary('list alerts, newest first').description('List alerts, newest first.'),
  )
    .option('-a, --all', 'include alerts of the community blocklists')
    .option('-m, --machine', 'show which machine sent each alert')
    .option('-l, --limit <n>', 'at most this many; 0 means all', wholeNumber, 50)
    .action(async (options: ListOptions) => {
      const at = context()
      const query: AlertQuery = {
        ...alertQuery(options),
        limit: options.limit,
        includeCapi: options.all === true,
      }
      const alerts = await (await at.machineClient()).listAlerts(query)
      at.print({
        json: () => alerts,
        raw: () => alertsCsv(alerts, options.machine === true),
        human: () => alertsTable(alerts, options.machine === true, at.terminal),
      })
    })

  command
    .command('inspect')
    .summary('show alerts in full')
    .description('Show alerts in full.')
    .argument('<id...>', 'ids of alerts', (text: string, ids: number[]) => [...ids, wholeNumber(text)], [])
    .option('-d, --details', 'show the events too')
    .action(async (ids: number[], options: { details?: boolean }) => {
      const at = context()
      const client = await at.machineClient()
      for (const id of ids) {
        const alert: WireAlert = await client.getAlert(id)
        at.print({
          json: () => alert,
          raw: () => `---\n${formatYaml(alert)}`,
          human: () => alertText(alert, options.details === true),
        })
      }
    })

  listFlags(
    command
      .command('delete')
      .alias('remove')
      .summary('delete alerts and their decisions')
      .description('Delete alerts and their decisions.'),
  )
    .option('--id <id>', 'the alert of this id', wholeNumber)
    .option('-a, --all', 'delete every alert')
    .action(async (options: DeleteOptions) => {
      const at = context()
      const { id, all, ...filters } = options
      if (id === undefined && all !== true && Object.keys(filters).length === 0) {
        throw new TocsinError('CLI_USAGE', 'cannot delete alerts: no filter was given', {
          hint: 'name a filter such as --ip, or --all to delete every alert',
        })
      }
      const client = await at.machineClient()
      const count =
        id === undefined ? await client.deleteAlerts(alertQuery(filters)) : await client.deleteAlert(id)
      at.print({
        json: () => ({ nbDeleted: String(count) }),
        raw: () => `${count}\n`,
        human: () => `${count} alert(s) deleted\n`,
      })
    })

  command
    .command('flush')
    .summary('delete old alerts that have no decision in force')
    .description('Delete old alerts that have no decision in force.')
    .option('--max-items <n>', 'keep at most this many', wholeNumber, 5000)
    .option('--max-age <duration>', 'keep what is younger', goDuration, '168h0m0s')
    .action(async ({ maxItems, maxAge }: { maxItems: number; maxAge: string }) => {
      const at = context()
      const count = await at.adminClient().flushAlerts({ maxItems, maxAge })
      at.print({
        json: () => ({ nbDeleted: String(count) }),
        raw: () => `${count}\n`,
        human: () => `${count} alert(s) deleted\n`,
      })
    })
}

function listFlags(command: Command): Command {
  return command
    .option('--since <duration>', 'started at most this long ago, such as 4h or 30d', goDuration)
    .option('--until <duration>', 'started at least this long ago', goDuration)
    .option('-i, --ip <ip>', 'with a decision on this address')
    .option('-s, --scenario <name>', 'of this scenario')
    .option('-r, --range <range>', 'with a decision on this range')
    .option('--type <type>', 'with a decision of this type')
    .option('--scope <scope>', 'about this scope, such as Ip or Range')
    .option('--origin <origin>', 'with a decision of this origin')
    .option('-v, --value <value>', 'about this value')
    .option('--kind <kind>', 'of this kind, such as crowdsec or cscli')
    .option('--contained', 'turn --ip and --range round: decisions inside them')
}

function alertQuery(options: Omit<ListOptions, 'limit'>): AlertQuery {
  return defined({
    since: options.since,
    until: options.until,
    ip: options.ip,
    scenario: options.scenario,
    range: options.range,
    decisionType: options.type,
    scope: options.scope,
    origin: options.origin,
    value: options.value,
    kind: options.kind,
    contains: options.contained === true ? false : undefined,
  })
}
