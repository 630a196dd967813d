import type { WireAllowlist, WireAllowlistItem } from '@tocsin/client'
import { formatCsv } from '../output/csv.ts'
import { formatTable, printable } from '../output/table.ts'
import type { BuildCommand } from '../program.ts'
import { withAllowlistHint } from './missing-allowlist.ts'

/** The verbs that change nothing; they work at a Local API elsewhere too. */
export const buildLookAt: BuildCommand = (command, context) => {
  command
    .command('list')
    .summary('list the allowlists')
    .description('List the allowlists.')
    .action(async () => {
      const at = context()
      const lists = await (await at.machineClient()).listAllowlists(true)
      at.print({
        json: () => lists,
        raw: () => formatCsv(listHeader, lists.map(listRow)),
        human: () =>
          lists.length === 0
            ? 'No allowlists\n'
            : formatTable(
                titles('NAME', 'DESCRIPTION', 'CREATED AT', 'UPDATED AT', 'MANAGED BY CONSOLE', 'SIZE'),
                lists.map(listRow),
                at.terminal,
              ),
      })
    })

  command
    .command('inspect')
    .summary('show an allowlist with its entries')
    .description('Show an allowlist with its entries.')
    .argument('<name>', 'name of the allowlist')
    .action(async (name: string) => {
      const at = context()
      const client = await at.machineClient()
      const list = await withAllowlistHint(name, client.getAllowlist(name))
      at.print({
        json: () => list,
        raw: () =>
          formatCsv(
            itemHeader,
            list.items.map((item) => rawItem(list, item)),
          ),
        human: () =>
          `${printable(list.name)}: ${printable(list.description ?? '')}\n${formatTable(
            titles('VALUE', 'COMMENT', 'EXPIRATION', 'CREATED AT'),
            list.items.map((item) => [item.value, item.description ?? '', endText(item), item.created_at]),
            at.terminal,
          )}`,
      })
    })

  command
    .command('check')
    .summary('say which allowlists hold addresses or ranges')
    .description('Say which allowlists hold addresses or ranges.')
    .argument('<value...>', 'addresses and ranges')
    .action(async (values: string[]) => {
      const at = context()
      const matches = await (await at.machineClient()).checkAllowlists(values)
      const reasonOf = (value: string) =>
        matches.find(({ target }) => target === value)?.allowlists.join(', ') ?? ''
      const rows = values.map((value) => [value, reasonOf(value)])
      at.print({
        json: () => matches,
        raw: () => formatCsv(['value', 'allowlists'], rows),
        human: () =>
          rows
            .map(([value = '', reason = '']) =>
              printable(
                reason === '' ? `${value} is not allowlisted` : `${value} is allowlisted by ${reason}`,
              ),
            )
            .map((line) => `${line}\n`)
            .join(''),
      })
    })
}

const listHeader = ['name', 'description', 'created_at', 'updated_at', 'console_managed', 'size']
const itemHeader = ['name', 'description', 'value', 'comment', 'expiration', 'created_at', 'console_managed']

function titles(...names: string[]) {
  return names.map((title) => (title === 'SIZE' ? { title, align: 'right' as const } : { title }))
}

function listRow(list: WireAllowlist): string[] {
  const { name, description = '', created_at: created, updated_at: updated, items } = list
  return [name, description, created, updated, String(list.console_managed ?? false), String(items.length)]
}

function rawItem(list: WireAllowlist, item: WireAllowlistItem): string[] {
  const { name, description = '' } = list
  const managed = String(list.console_managed ?? false)
  return [name, description, item.value, item.description ?? '', endText(item), item.created_at, managed]
}

/** The year 1 is how the wire says that an entry has no end. */
function endText({ expiration }: WireAllowlistItem): string {
  return expiration.startsWith('0001-') ? 'never' : expiration
}
