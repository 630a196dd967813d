import type { Context } from '../context.ts'
import { ImportClient } from '../crowdsec-database/import-client.ts'
import { reportCsv, reportJson, reportText } from '../crowdsec-database/report-view.ts'
import { adminAddress } from '../guard/protected-addresses.ts'
import { grouped, Progress } from '../output/progress.ts'
import { type BuildCommand, examples } from '../program.ts'

interface ImportOptions {
  db: string
  dryRun?: boolean
  force?: boolean
}

export const build: BuildCommand = (command, context) => {
  const text = examples(
    'tocsin import crowdsec --db /var/lib/crowdsec/data/crowdsec.db --dry-run',
    'tocsin import crowdsec --db postgres://crowdsec:secret@db.example.org/crowdsec',
    'tocsin import crowdsec --db mysql://crowdsec:secret@db.example.org/crowdsec',
  )
  command
    .command('crowdsec')
    .summary("bring what CrowdSec's Local API has stored")
    .description(
      "Bring what CrowdSec's Local API has stored into the running Local API: alerts with their decisions, bouncers with " +
        'their keys, machines with their passwords, allowlists. It can be run again: what is there already is left as it is.',
    )
    .requiredOption('--db <place>', "CrowdSec's database: a file, or the URL of a PostgreSQL or MySQL server")
    .option('--dry-run', 'say what would be imported, and change nothing')
    .option(
      '--force',
      'take decisions even on the loopback, this machine, or the address of a logged-in administrator',
    )
    .addHelpText('after', text)
    .action(async (options: ImportOptions) => importCrowdsec(context(), options))
}

async function importCrowdsec(at: Context, options: ImportOptions): Promise<void> {
  const rehearse = options.dryRun === true
  const address = adminAddress()
  const client = new ImportClient(at.adminClient(), {
    rehearse,
    force: options.force === true,
    ...(address === null ? {} : { adminAddress: address }),
  })
  // With the drivers of all databases: nobody else waits for them.
  const { openCrowdsecDatabase } = await import('@tocsin/lapi/crowdsec')
  const { runImport } = await import('../crowdsec-database/run-import.ts')
  const database = await openCrowdsecDatabase(options.db)
  const progress = new Progress()
  try {
    const report = await runImport(database, client, (what, done, total) =>
      progress.show(() => `${what}: ${grouped(done)} of ${grouped(total)}`),
    )
    progress.clear()
    at.print({
      json: () => reportJson(report, rehearse),
      raw: () => reportCsv(report),
      human: () => reportText(report, rehearse, at.terminal),
    })
  } finally {
    progress.clear()
    await database.close()
  }
}
