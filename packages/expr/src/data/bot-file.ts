import { type Cidr, cidrContains, formatIp, type Ip, parseCidr, parseIp, unmapIp } from '@tocsin/model'
import { compileRegex, type Regex } from '@tocsin/regex'
import { parseJson } from '../go/json.ts'

/** A line of a bot file: what the bot says of itself, and how it is recognised for certain. */
export interface BotEntry {
  readonly name: string
  readonly userAgent: Regex | null
  readonly paths: readonly Regex[]
  /** Canonical addresses. */
  readonly addresses: ReadonlySet<string>
  readonly ranges: readonly Cidr[]
  /** Patterns of the names that an address must resolve to, forward and back. */
  readonly names: readonly Regex[]
}

const knownFields = new Set(['name', 'user_agent', 'paths', 'ips', 'ranges', 'rdns'])

/** Reads a line. Throws an Error that says what is wrong with it. */
export function readBot(text: string): BotEntry {
  const fields = parseJson(text)
  if (!(fields instanceof Map)) throw new Error('a line must be a JSON object')
  for (const key of fields.keys()) {
    if (!knownFields.has(key as string)) throw new Error(`there is no field ${JSON.stringify(key)} of a bot`)
  }
  const name = textField(fields, 'name')
  if (name === '') throw new Error('the field "name" is missing')
  const [paths, addresses, ranges, names] = (['paths', 'ips', 'ranges', 'rdns'] as const).map((key) =>
    listField(fields, key),
  ) as [string[], string[], string[], string[]]
  if (addresses.length + ranges.length + names.length === 0) {
    throw new Error(
      `the bot ${JSON.stringify(name)} needs ips, ranges or rdns: anybody can claim a user agent`,
    )
  }
  if (names.includes('')) throw new Error('an empty rdns pattern would match every name')
  const userAgent = textField(fields, 'user_agent')
  return {
    name,
    userAgent: userAgent === '' ? null : ignoringCase(userAgent),
    paths: paths.map(ignoringCase),
    addresses: new Set(addresses.map((address) => formatIp(unmapIp(required(parseIp(address), address))))),
    ranges: ranges.map((range) => required(parseCidr(range), range)),
    names: names.map(ignoringCase),
  }
}

function ignoringCase(pattern: string): Regex {
  return compileRegex(`(?i)${pattern}`)
}

function required<T>(value: T | null, text: string): T {
  if (value === null) throw new Error(`${JSON.stringify(text)} is no address or range`)
  return value
}

function textField(fields: ReadonlyMap<unknown, unknown>, key: string): string {
  const value = fields.get(key) ?? ''
  if (typeof value !== 'string') throw new Error(`the field "${key}" must be a string`)
  return value
}

function listField(fields: ReadonlyMap<unknown, unknown>, key: string): string[] {
  const value = fields.get(key) ?? []
  if (!Array.isArray(value) || !value.every((element) => typeof element === 'string')) {
    throw new Error(`the field "${key}" must be a list of strings`)
  }
  return value
}

/** The address of `ip`, `ip:port` or `[ip]:port`, IPv4 where it is mapped; null for anything else. */
export function botAddress(text: string): Ip | null {
  const bare = text.replace(/%.*$/, '')
  const direct = parseIp(bare)
  if (direct) return unmapIp(direct)
  const host = /^(?:\[([^\]]*)\]|([^:]*)):[0-9]*$/.exec(text)
  const parsed = host && parseIp((host[1] ?? host[2] ?? '').replace(/%.*$/, ''))
  return parsed ? unmapIp(parsed) : null
}

/** Whether a request may be the bot's by what it says of itself. */
export function mayBe(bot: BotEntry, userAgent: string, path: string): boolean {
  if (bot.userAgent && !bot.userAgent.test(userAgent)) return false
  return bot.paths.length === 0 || bot.paths.some((pattern) => pattern.test(path))
}

/** Whether the bot is known by the address itself. */
export function hasAddress(bot: BotEntry, address: Ip): boolean {
  return bot.addresses.has(formatIp(address)) || bot.ranges.some((range) => cidrContains(range, address))
}
