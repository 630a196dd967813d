import type { WireNewAllowlistItem } from '@tocsin/client'
import { parseDurationMs, parseIpOrCidr } from '@tocsin/model'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { positiveDuration } from '../flags.ts'
import { printable } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { readTextFile } from '../text-file.ts'
import { readAllowlistItems } from './allowlist-import.ts'
import { buildLookAt } from './allowlists-look.ts'
import { withAllowlistHint } from './missing-allowlist.ts'

interface AddOptions {
  expiration?: string
  comment?: string
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin allowlists create office -d "our own addresses"',
      'tocsin allowlists add office 192.0.2.0/24 2001:db8::/48 -d "head office" -e 30d',
      'tocsin allowlists inspect office',
      'tocsin allowlists check 192.0.2.7',
    ),
  )
  buildLookAt(command, context)
  buildLists(command, context)
  buildItems(command, context)
}

const buildLists: BuildCommand = (command, context) => {
  command
    .command('create')
    .summary('make an allowlist')
    .description('Make an allowlist, empty at first.')
    .argument('<name>', 'name of the allowlist')
    .requiredOption('-d, --description <text>', 'what it is for')
    .action(async (name: string, { description }: { description: string }) => {
      const at = context()
      await at.adminClient().createAllowlist(name, description)
      say(at, `allowlist '${name}' created`)
    })

  command
    .command('delete')
    .summary('delete an allowlist with all its entries')
    .description('Delete an allowlist with all its entries.')
    .argument('<name>', 'name of the allowlist')
    .action(async (name: string) => {
      const at = context()
      await withAllowlistHint(name, at.adminClient().deleteAllowlist(name))
      say(at, `allowlist '${name}' deleted`)
    })
}

const buildItems: BuildCommand = (command, context) => {
  addFlags(
    command
      .command('add')
      .summary('put addresses and ranges on an allowlist')
      .description(
        'Put addresses and ranges on an allowlist. Decisions on what is listed end at once, and no more are made.',
      )
      .argument('<name>', 'name of the allowlist')
      .argument('<value...>', 'addresses and ranges', collectValue, []),
  ).action(async (name: string, values: string[], options: AddOptions) => {
    const ends = endOf(options.expiration, Date.now())
    const items = values.map((value) => ({ value, ...commentOf(options.comment), ...ends }))
    await add(context(), name, items)
  })

  addFlags(
    command
      .command('import')
      .summary('put the addresses and ranges of a file on an allowlist')
      .description(
        'Put the addresses and ranges of a CSV file on an allowlist. Its first line names the columns: value, and where ' +
          'wanted expiration (a duration) and comment.',
      )
      .argument('<name>', 'name of the allowlist')
      .requiredOption('-i, --input <file>', 'the file; - reads standard input'),
  ).action(async (name: string, options: AddOptions & { input: string }) => {
    const text = readTextFile(options.input, 'the allowlist')
    const rows = readAllowlistItems(text, options.input)
    const now = Date.now()
    const items = rows.map(({ value, expiration = options.expiration, comment = options.comment }) => ({
      value,
      ...commentOf(comment),
      ...endOf(expiration, now),
    }))
    await add(context(), name, items)
  })

  command
    .command('remove')
    .summary('take addresses and ranges off an allowlist')
    .description('Take addresses and ranges off an allowlist.')
    .argument('<name>', 'name of the allowlist')
    .argument('<value...>', 'as they are listed', collectValue, [])
    .action(async (name: string, values: string[]) => {
      const at = context()
      const { names } = await withAllowlistHint(name, at.adminClient().removeFromAllowlist(name, values))
      for (const value of values.filter((value) => !names.includes(value)))
        at.terminal.err(`warning: ${value} is not on the allowlist '${printable(name)}'\n`)
      report(at, names, `removed from allowlist '${name}'`)
    })
}

function addFlags(command: Command): Command {
  return command
    .option('-e, --expiration <duration>', 'off the list again after so long, such as 30d', positiveDuration)
    .option('-d, --comment <text>', 'why')
}

function collectValue(text: string, values: string[]): string[] {
  if (!parseIpOrCidr(text))
    throw new InvalidArgumentError('It must be an address or a range such as 192.0.2.0/24.')
  return [...values, text]
}

/** How many entries travel together: one request is bounded. */
const itemsPerRequest = 10_000

async function add(at: Context, name: string, items: readonly WireNewAllowlistItem[]): Promise<void> {
  const admin = at.adminClient()
  const added: string[] = []
  for (let start = 0; start < items.length; start += itemsPerRequest) {
    const batch = items.slice(start, start + itemsPerRequest)
    const { names } = await withAllowlistHint(name, admin.addToAllowlist(name, batch))
    for (const value of names) added.push(value)
  }
  const there = items.length - added.length
  if (there > 0) at.terminal.err(`warning: ${there} value(s) are on the allowlist already\n`)
  report(at, added, `added to allowlist '${name}'`)
}

function report(at: Context, values: readonly string[], what: string): void {
  at.print({
    json: () => values,
    raw: () => values.map((value) => `${printable(value)}\n`).join(''),
    human: () => `${values.length} value(s) ${printable(what)}\n`,
  })
}

function say(at: Context, text: string): void {
  at.terminal.err(`${printable(text)}\n`)
}

function commentOf(comment: string | undefined): { comment?: string } {
  return comment === undefined ? {} : { comment }
}

function endOf(expiration: string | undefined, now: number): { expires_at?: string } {
  const ms = expiration === undefined ? null : parseDurationMs(expiration)
  return ms === null ? {} : { expires_at: new Date(now + ms).toISOString() }
}
