import type { AdminClient, WireAuditEntry } from '@tocsin/client'
import { parseDurationMs } from '@tocsin/model'
import { remainingText } from '../decision-duration.ts'
import { formatCsv } from '../output/csv.ts'
import { formatTable } from '../output/table.ts'
import { goDuration, wholeNumber } from '../flags.ts'
import { type BuildCommand, examples } from '../program.ts'

interface ListOptions {
  limit: number
  since?: string
  action?: string
  actor?: string
}

export const build: BuildCommand = (command, context) => {
  const help = examples(
    'tocsin audit list',
    'tocsin audit list --since 24h --action decision.delete',
    'tocsin audit list --actor alice -o json',
  )
  command.addHelpText('after', help)
  command
    .command('list')
    .summary('list who added or removed what, newest first')
    .description(
      'List who added or removed decisions, alerts, allowlists, bouncers and machines at the Local API of this machine, ' +
        'newest first. Entries are kept for 90 days.',
    )
    .option('-l, --limit <n>', 'at most this many; 0 means all', wholeNumber, 100)
    .option('--since <duration>', 'at most this long ago, such as 4h or 30d', goDuration)
    .option('--action <action>', 'of this action, such as decision.add, or noun, such as decision')
    .option('--actor <name>', 'of this administrator, or this machine')
    .addHelpText('after', help)
    .action(async (options: ListOptions) => {
      const at = context()
      const entries = await readEntries(at.adminClient(), options, Date.now())
      at.print({
        json: () => entries,
        raw: () =>
          formatCsv(['id', 'at', 'actor', 'address', 'action', 'object', 'details'], entries.map(row)),
        human: () =>
          entries.length === 0
            ? 'No entries\n'
            : formatTable(
                columns,
                entries.map((entry) => row(entry).slice(1, -1).concat(detailsText(entry))),
                at.terminal,
              ),
      })
    })
}

const columns = [
  { title: 'AT', isWhole: true },
  { title: 'WHO' },
  { title: 'FROM', isWhole: true },
  { title: 'ACTION', isWhole: true },
  { title: 'OBJECT' },
  { title: 'DETAILS' },
]
const pageSize = 1_000

/** The Local API gives pages; what is asked for is looked for in as many as it takes. */
async function readEntries(
  admin: Pick<AdminClient, 'auditLog'>,
  { limit, since, action, actor }: ListOptions,
  now: number,
): Promise<WireAuditEntry[]> {
  const most = limit === 0 ? Number.POSITIVE_INFINITY : limit
  const from = since === undefined ? 0 : now - (parseDurationMs(since) ?? 0)
  const isWanted = (entry: WireAuditEntry) =>
    (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`)) &&
    (actor === undefined || entry.actor.endsWith(` ${actor}`) || entry.actor === actor)
  const isFiltered = action !== undefined || actor !== undefined
  const found: WireAuditEntry[] = []
  let before: number | undefined
  while (found.length < most) {
    const size = isFiltered ? pageSize : Math.min(pageSize, most - found.length)
    const page = await admin.auditLog({ limit: size, ...(before === undefined ? {} : { before }) })
    const recent = page.filter(({ at }) => Date.parse(at) >= from)
    found.push(...recent.filter(isWanted))
    before = page.at(-1)?.id
    if (page.length < size || recent.length < page.length) break
  }
  return found.slice(0, most)
}

function row({ id, at, actor, address, action, object, details }: WireAuditEntry): string[] {
  return [String(id), at, actor, address, action, object, JSON.stringify(details)]
}

function detailsText({ details }: WireAuditEntry): string {
  return Object.entries(details)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([key, value]) => `${key}: ${detailText(key, value)}`)
    .join(', ')
}

function detailText(key: string, value: WireAuditEntry['details'][string]): string {
  if (Array.isArray(value)) return value.join(' ')
  return key === 'duration' ? remainingText(String(value)) : String(value)
}
