import type { Config, Setting } from '../config/config.ts'
import { formatListen } from '../config/listen.ts'
import { formatTable } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples('tocsin config show', 'tocsin config show -c /etc/tocsin/tocsin.yaml -o json'),
  )
  command
    .command('show')
    .summary('print the effective configuration and where each value comes from')
    .description(
      'Print the effective configuration and where each value comes from. Passwords are not shown.',
    )
    .action(() => {
      const at = context()
      const rows = settingRows(at.config)
      at.print({
        json: () => Object.fromEntries(rows.map(([key, value, origin]) => [key, { value, origin }])),
        raw: () => rows.map(([key, value]) => `${key}=${value}\n`).join(''),
        human: () =>
          formatTable(
            [{ title: 'KEY' }, { title: 'VALUE' }, { title: 'FROM' }],
            rows,
            at.terminal.isTerminal,
          ),
      })
    })
}

/** Key, value and origin of every setting, in the order of the file. */
export function settingRows(config: Config): [key: string, value: string, origin: string][] {
  const { log, items, agent, lapi, client, nftables, sources, profiles } = config
  const row = <T>(key: string, { value, origin }: Setting<T>, show: (value: T) => string = String) =>
    [key, show(value), origin] as [string, string, string]
  const joined = (values: readonly string[]) => values.join(', ')
  const section = (key: string, values: readonly unknown[] | null, fallback: string) =>
    [
      key,
      values === null ? fallback : `${values.length} of the file`,
      values === null ? 'default' : (config.file ?? ''),
    ] as [string, string, string]
  return [
    row('state', config.state),
    row('log.level', log.level),
    row('log.format', log.format),
    row('items.hub', items.hub),
    row('items.data', items.data),
    row('items.install', items.install, joined),
    row('items.tolerant', items.tolerant),
    row('agent.enabled', agent.enabled),
    row('agent.max_line_bytes', agent.maxLineBytes),
    row('agent.name_servers', agent.nameServers, joined),
    row('lapi.enabled', lapi.enabled),
    row('lapi.listen', lapi.listen, formatListen),
    row('lapi.socket', lapi.socket, (path) => path ?? ''),
    row('lapi.trusted_ips', lapi.trustedIps, joined),
    row('lapi.max_alerts', lapi.maxAlerts),
    row('lapi.max_age', lapi.maxAgeMs, (ms) => `${ms / 3_600_000}h`),
    ...(client
      ? [
          row('client.url', client.url),
          row('client.login', client.login),
          row('client.password', client.password, () => '(set)'),
        ]
      : []),
    row('enforce', config.enforce),
    row('nftables.table', nftables.table),
    row('nftables.hooks', nftables.hooks, joined),
    row('nftables.action', nftables.action),
    row('nftables.interval', nftables.intervalMs, (ms) => `${ms / 1000}s`),
    section('sources', sources, 'the log files found on this machine'),
    section('profiles', profiles, 'ban addresses and ranges for 4h'),
  ]
}
