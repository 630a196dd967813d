import type { AdminClient } from '@tocsin/client'
import { InvalidArgumentError } from 'commander'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { countUsage, type Usage, type UsageKind, usageKinds } from './usage-count.ts'
import { usageCsv, usageJson, usageText } from './usage-view.ts'

const titles: Record<UsageKind, string> = {
  bouncers: 'what bouncers enforce, and what they dropped',
  machines: 'what machines read and parsed',
}

export const build: BuildCommand = (command, context) => {
  const help = examples(
    'tocsin metrics show',
    'tocsin metrics show bouncers',
    'tocsin metrics show machines -o json',
  )
  command.addHelpText('after', help)
  command
    .command('show', { isDefault: true })
    .summary('show what bouncers and machines reported')
    .description(
      'Show what the bouncers and machines of the Local API of this machine reported about themselves, summed up over ' +
        'the time for which reports are kept (7 days unless lapi.metrics_max_age says otherwise).',
    )
    .argument('[type...]', `${usageKinds.join(', ')}; all without this`, collectKind, [])
    .addHelpText('after', help)
    .action(async (kinds: UsageKind[]) => {
      const at = context()
      const admin = at.adminClient()
      const usages: Usage[] = []
      for (const kind of kinds.length === 0 ? usageKinds : kinds) usages.push(await usageOf(admin, kind))
      at.print({
        json: () => usageJson(usages),
        raw: () => usageCsv(usages),
        human: () => usageText(usages, at.terminal),
      })
    })

  command
    .command('list')
    .summary('list the types of metrics')
    .description('List the types of metrics that "metrics show" can show.')
    .action(() => {
      const rows = usageKinds.map((kind) => [kind, titles[kind]])
      context().print({
        json: () => usageKinds.map((type) => ({ type, description: titles[type] })),
        raw: () => formatCsv(['type', 'description'], rows),
        human: () => formatTable([{ title: 'TYPE' }, { title: 'DESCRIPTION' }], rows),
      })
    })
}

function collectKind(text: string, kinds: UsageKind[]): UsageKind[] {
  const kind = usageKinds.find((name) => name === text || name === `${text}s`)
  if (kind === undefined) throw new InvalidArgumentError(`It must be one of ${usageKinds.join(', ')}.`)
  return [...kinds, kind]
}

/** A report comes every half hour and is kept for a week: those of one sender fit into one page. */
const reportsOfOne = 1_000

async function usageOf(admin: AdminClient, kind: UsageKind): Promise<Usage> {
  const names =
    kind === 'bouncers'
      ? (await admin.listBouncers()).map(({ name }) => name)
      : (await admin.listMachines()).map(({ machineId }) => machineId)
  const senders = []
  for (const name of names) {
    const sender = kind === 'bouncers' ? ('bouncer' as const) : ('machine' as const)
    const reports = await admin.usageMetrics({ kind: sender, name, limit: reportsOfOne })
    if (reports.length > 0) senders.push({ name, ...countUsage(reports) })
  }
  return { kind, senders }
}
