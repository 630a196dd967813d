import type { WireBouncer } from '@tocsin/client'
import { type Context } from '../context.ts'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import { goDuration } from '../flags.ts'
import { type BuildCommand, examples } from '../program.ts'
import { buildNftables } from './bouncer-nftables.ts'
import { deleteNames, prune } from './principals.ts'

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples('tocsin bouncers add web-1', 'tocsin bouncers list', 'tocsin bouncers delete web-1'),
  )

  buildNftables(command, context)

  command
    .command('list')
    .summary('list bouncers')
    .description('List bouncers.')
    .action(async () => {
      const at = context()
      const bouncers = await at.adminClient().listBouncers()
      at.print({
        json: () => bouncers,
        raw: () =>
          formatCsv(
            ['name', 'ip', 'revoked', 'last_pull', 'type', 'version', 'auth_type'],
            bouncers.map(row),
          ),
        human: () => formatTable(columns, bouncers.map(row), at.terminal),
      })
    })

  command
    .command('add')
    .summary('add a bouncer and print its key')
    .description('Add a bouncer and print its key. The key is shown only this once.')
    .argument('<name>', 'name of the bouncer')
    .option('-k, --key <key>', 'use this key instead of a random one')
    .action(async (name: string, { key }: { key?: string }) => {
      const at = context()
      const added = await at.adminClient().addBouncer(name, key)
      at.print({
        json: () => added.api_key,
        raw: () => added.api_key,
        human: () => addedText(added.name, added.api_key),
      })
    })

  command
    .command('inspect')
    .summary('show a bouncer')
    .description('Show a bouncer.')
    .argument('<name>', 'name of the bouncer')
    .action(async (name: string) => inspect(context(), name))

  command
    .command('delete')
    .alias('remove')
    .summary('delete bouncers')
    .description('Delete bouncers, with the entries made for further addresses of their keys.')
    .argument('<name...>', 'names of bouncers')
    .option('--ignore-missing', 'do not fail where there is none of that name')
    .action(async (names: string[], { ignoreMissing }: { ignoreMissing?: boolean }) => {
      const at = context()
      const admin = at.adminClient()
      await deleteNames(at, 'bouncer', names, async (name) => (await admin.deleteBouncer(name)).names, {
        missing: ignoreMissing === true ? 'ignore' : 'fail',
      })
    })

  command
    .command('prune')
    .summary('delete bouncers that have not pulled for a time')
    .description(
      'Delete bouncers that have not pulled for a time. One that is pushed to counts as pulling when it connects, which ' +
        'ours do once a day.',
    )
    .option('-d, --duration <duration>', 'how long', goDuration, '48h0m0s')
    .option('--force', 'do not ask')
    .action(async ({ duration, force }: { duration: string; force?: boolean }) => {
      const at = context()
      const admin = at.adminClient()
      await prune(
        at,
        'bouncer',
        force === true,
        async (rehearse) => (await admin.pruneBouncers({ olderThan: duration, rehearse })).names,
      )
    })
}

const columns = ['NAME', 'IP ADDRESS', 'VALID', 'LAST PULL', 'TYPE', 'VERSION', 'AUTH'].map((title) => ({
  title,
}))

function row(bouncer: WireBouncer): string[] {
  return [
    bouncer.name,
    bouncer.ip_address,
    bouncer.revoked ? 'pending' : 'validated',
    bouncer.last_pull ?? '',
    bouncer.type,
    bouncer.version,
    bouncer.auth_type,
  ]
}

function addedText(name: string, key: string): string {
  return `API key for '${name}':\n\n   ${key}\n\nKeep it: it cannot be shown again.\n`
}

async function inspect(at: Context, name: string): Promise<void> {
  const bouncer = await at.adminClient().getBouncer(name)
  const facts = Object.entries(bouncer).map(([key, value]) => [key, String(value)])
  const text = () => formatTable([{ title: 'FIELD' }, { title: 'VALUE' }], facts)
  at.print({ json: () => bouncer, raw: text, human: text })
}
