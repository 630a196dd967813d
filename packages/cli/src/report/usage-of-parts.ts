import { readFileSync } from 'node:fs'
import type { Agent } from '@tocsin/agent'
import type { NftablesBouncer } from '@tocsin/bouncer/nftables'
import type { BouncerClient, MachineClient, WireOs } from '@tocsin/client'
import type { Logger } from '@tocsin/model'
import type { LoadedItems } from '../items.ts'
import { version } from '../version.ts'
import { type UsageItem, type UsageReporter, reportUsage } from './usage-reporter.ts'

/** Reports what an agent read, with its items and sources, as CrowdSec's does. */
export function reportAgentUsage(
  agent: Pick<Agent, 'stats'>,
  client: Pick<MachineClient, 'usageMetrics'>,
  { items, logger }: { items: LoadedItems; logger: Logger },
): UsageReporter {
  const base = aboutThis()
  return reportUsage({
    collect: () => Promise.resolve(agent.stats().sources.flatMap(sourceItems)),
    send: (window, signal) => {
      const datasources: Record<string, number> = {}
      for (const { kind } of agent.stats().sources) datasources[kind] = (datasources[kind] ?? 0) + 1
      const metrics = [window]
      return client.usageMetrics({ ...base, datasources, hub_items: hubItems(items), metrics }, { signal })
    },
    logger,
  })
}

function sourceItems(source: ReturnType<Agent['stats']>['sources'][number]): UsageItem[] {
  const { name, kind, type } = source
  const labels = { source: name.slice(0, 255), datasource_type: kind, acquis_type: type.slice(0, 255) }
  const count = (of: string, value: number) => ({ name: of, unit: 'line', value, labels, isGauge: false })
  return [count('read', source.lines), count('cut', source.cutLines)]
}

function hubItems({ files }: LoadedItems) {
  const byType: Record<string, { name: string; version: string; status: string }[]> = {}
  for (const { type, name, version } of files) {
    const items = (byType[type] ??= [])
    items.push({ name: name.slice(0, 255), version, status: 'enabled' })
  }
  return byType
}

/** Reports what a firewall bouncer enforces and dropped, as CrowdSec's does. */
export function reportBouncerUsage(
  bouncer: Pick<NftablesBouncer, 'stats'>,
  client: Pick<BouncerClient, 'usageMetrics'>,
  logger: Logger,
): UsageReporter {
  const base = { ...aboutThis(), type: 'tocsin-nftables' }
  return reportUsage({
    collect: async () => {
      const { decisions, dropped } = await bouncer.stats()
      const active = Array.from(decisions.origins, ([origin, value]) => ({
        name: 'active_decisions',
        unit: 'ip',
        labels: { origin: origin.slice(0, 255) },
        value,
        isGauge: true,
      }))
      const drop = (unit: string, value: number) => ({ name: 'dropped', unit, value, isGauge: false })
      return [...active, drop('packet', dropped.packets), drop('byte', dropped.bytes)]
    },
    send: (window, signal) => client.usageMetrics({ ...base, metrics: [window] }, { signal }),
    logger,
  })
}

function aboutThis() {
  const utc_startup_timestamp = Math.floor((Date.now() - process.uptime() * 1000) / 1000)
  const os = operatingSystem()
  return { version: `v${version}`, utc_startup_timestamp, ...(os === null ? {} : { os }) }
}

/** Null where the system does not say what it is. */
function operatingSystem(): WireOs | null {
  try {
    const text = readFileSync('/etc/os-release', 'utf8')
    const field = (name: string) => new RegExp(`^${name}="?([^"\\n]{0,255})`, 'm').exec(text)?.[1] ?? ''
    return { name: field('NAME'), version: field('VERSION_ID') }
  } catch {
    return null
  }
}
