import { basename } from 'node:path'
import { normalizeScope, parseIpOrCidr, TocsinError } from '@tocsin/model'
import type { Context } from '../context.ts'
import { readTextFile } from '../text-file.ts'
import { decisionDuration } from '../decision-duration.ts'
import { AllowlistGuard } from '../guard/allowlists.ts'
import { parseCsv } from '../output/csv.ts'
import { pushOptions } from './decisions.ts'
import { importAlert, type ManualDecision } from './manual-alert.ts'

export const importFormats = ['json', 'csv', 'values'] as const
type ImportFormat = (typeof importFormats)[number]

export interface ImportOptions {
  input: string
  duration: string
  scope: string
  reason: string
  type: string
  batch: number
  format?: string
  force?: boolean
}

type Fields = Partial<Record<'duration' | 'reason' | 'scope' | 'type' | 'value', string>>
const fieldNames = ['duration', 'reason', 'scope', 'type', 'value'] as const

/** How many decisions one alert carries: a POST body is bounded at 50 MiB. */
const decisionsPerAlert = 10_000

/** Reads the file, leaves allowlisted values out, and posts the rest batch by batch. */
export async function importDecisions(at: Context, options: ImportOptions): Promise<void> {
  const format = formatOf(options)
  at.terminal.err(`Parsing ${format}\n`)
  // In order, neighbours come to lie beside each other in the indexes of the database: half the work for a long list.
  const decisions = readDecisions(readTextFile(options.input, 'the decisions'), format, options).toSorted(
    (a, b) => (a.value < b.value ? -1 : Number(a.value > b.value)),
  )
  const client = await at.machineClient()
  const allowlists = new AllowlistGuard(client, at.terminal)
  const size = Math.min(options.batch === 0 ? decisionsPerAlert : options.batch, decisionsPerAlert)
  let imported = 0
  for (let start = 0; start < decisions.length; start += size) {
    const batch = await withoutAllowlisted(at, allowlists, decisions.slice(start, start + size))
    if (batch.length > 0) {
      const message = `import ${basename(options.input)}: ${batch.length} IPs`
      await client.pushAlerts([importAlert(message, batch)], pushOptions(options.force === true))
      imported += batch.length
    }
    if (process.stderr.isTTY)
      at.terminal.err(`\r${Math.min(start + size, decisions.length)} of ${decisions.length} decisions`)
  }
  if (process.stderr.isTTY) at.terminal.err('\n')
  at.print({
    json: () => ({ imported }),
    raw: () => `${imported}\n`,
    human: () => `Imported ${imported} decisions\n`,
  })
}

function formatOf({ format, input }: ImportOptions): ImportFormat {
  const name = format ?? /\.(json|csv)$/.exec(input)?.[1]
  const known = importFormats.find((candidate) => candidate === name)
  if (known) return known
  throw new TocsinError(
    'CLI_USAGE',
    `cannot import ${input}: ${format === undefined ? 'its format is not known' : `"${format}" is no format`}`,
    {
      hint: `name it with --format ${importFormats.join('|')}`,
    },
  )
}

/** Every record of the text with the flags' values for what it does not name. Throws naming the first bad record. */
export function readDecisions(text: string, format: ImportFormat, defaults: ImportOptions): ManualDecision[] {
  return records(text, format).map((fields, index) => {
    const bad = (reason: string) =>
      new TocsinError('CLI_IMPORT', `cannot import record ${index + 1}: ${reason}`, {
        where: { file: defaults.input },
      })
    const { value, reason = defaults.reason, type = defaults.type } = fields
    if (value === undefined || value === '') throw bad('it has no value')
    const duration = fields.duration === undefined ? defaults.duration : decisionDuration(fields.duration)
    if (duration === null) throw bad(`"${fields.duration}" is neither a duration above zero nor permanent`)
    const scope = normalizeScope(
      fields.scope ?? (value.includes('/') && defaults.scope === 'Ip' ? 'Range' : defaults.scope),
    )
    if ((scope === 'Ip' || scope === 'Range') && !parseIpOrCidr(value))
      throw bad(`"${value}" is not an address or a range`)
    return { scope, value, reason, type, duration, origin: 'cscli-import' }
  })
}

function records(text: string, format: ImportFormat): Fields[] {
  if (format === 'json') return jsonRecords(text)
  const lines = text.split(/\r?\n/)
  if (format === 'values') {
    return lines.flatMap((line) =>
      line.trim() === '' || line.startsWith('#') ? [] : [{ value: line.trim() }],
    )
  }
  const [header = [], ...rows] = parseCsv(text)
  const names = header.map((name) => name.trim().toLowerCase())
  if (!names.includes('value')) {
    throw new TocsinError('CLI_IMPORT', 'cannot import CSV: its first line names no column "value"', {
      hint: `the first line names the columns: ${fieldNames.join(',')}; plain lists go with --format values`,
    })
  }
  return rows.map((row) => pick(Object.fromEntries(names.map((name, index) => [name, row[index]?.trim()]))))
}

function jsonRecords(text: string): Fields[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new TocsinError('CLI_IMPORT', `cannot import JSON: ${(cause as Error).message}`, { cause })
  }
  if (Array.isArray(parsed))
    return parsed.map((entry) => pick(typeof entry === 'object' && entry !== null ? entry : {}))
  throw new TocsinError('CLI_IMPORT', 'cannot import JSON: it is not a list', {
    hint: 'write [{"value": "192.0.2.7"}, ...]',
  })
}

function pick(entry: object): Fields {
  const fields: Fields = {}
  for (const name of fieldNames) {
    const value = (entry as Record<string, unknown>)[name]
    if (typeof value === 'string' && value !== '') fields[name] = value
    else if (typeof value === 'number') fields[name] = String(value)
  }
  return fields
}

async function withoutAllowlisted(
  at: Context,
  allowlists: AllowlistGuard,
  batch: readonly ManualDecision[],
): Promise<ManualDecision[]> {
  const addresses = batch.filter(({ scope }) => scope === 'Ip' || scope === 'Range').map(({ value }) => value)
  const matches = await allowlists.matches(addresses)
  const allowlisted = new Set(matches.map(({ target }) => target))
  for (const { target, allowlists: names } of matches)
    at.terminal.err(`${target} is allowlisted by ${names.join(', ')}, left out\n`)
  return batch.filter(({ value }) => !allowlisted.has(value))
}
