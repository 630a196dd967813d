import { MachineClient } from '@tocsin/client'
import {
  type Acquisition,
  type AgentStats,
  type AlertClient,
  acquisitionText,
  createAgent,
  discoverSources,
  readAcquisitions,
} from '@tocsin/agent'
import { compileRegex } from '@tocsin/regex'
import { type Logger, silentLogger, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import type { Credentials } from './credentials.ts'
import { type ItemPlaces, type LoadedItems, loadItems, reportItems } from './items.ts'
import { lineEngine, liveEngine, nameLookup } from './line-engine.ts'
import { configuredAccess, type MachineAccess, ownAccess } from './machine-access.ts'
import { reportAgentUsage } from './report/usage-of-parts.ts'
import { userAgent } from './version.ts'

/** The agent of this process. */
export interface RunningAgent {
  stats(): AgentStats
  /** Settles when it ends by itself, which only a failure makes it do. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/**
 * Starts the agent, at the Local API that the configuration names, else with the credentials at its own one. Throws what is
 * wrong with items, sources and credentials.
 */
export async function startAgent(
  config: Config,
  own: Credentials | null,
  logger: Logger,
): Promise<RunningAgent> {
  const items = loadItems(itemPlacesOf(config))
  const scenarios = checkItems(items, logger)
  const access = await accessOf(config, own, logger)
  const client = new MachineClient({ ...access, scenarios, userAgent })
  const sources = config.sources ?? discover(logger)
  const names = nameLookup(config, logger)
  const agent = createAgent({
    sources,
    createEngine: (host) => lineEngine(items, host, names, logger),
    names,
    client: sayingAlerts(client, logger),
    stateFolder: config.state.value,
    maxLineBytes: config.agent.maxLineBytes.value,
    logger,
  })
  const ending = new AbortController()
  const run = agent.run(ending.signal)
  const failed = new Promise<never>((_, reject) => void run.catch(reject))
  failed.catch(() => {})
  await Promise.race([agent.ready, failed])
  const usage = reportAgentUsage(agent, client, { items, logger })
  const stop = async () => {
    ending.abort()
    await run.catch(() => {})
    names.close()
    await usage.stop()
  }
  return { stats: () => agent.stats(), failed, stop }
}

/** The same client, which says each alert that the Local API has taken. */
function sayingAlerts(client: MachineClient, logger: Logger): AlertClient {
  return {
    heartbeat: (options) => client.heartbeat(options),
    pushAlerts: async (alerts, options) => {
      const ids = await client.pushAlerts(alerts, options)
      for (const { message } of alerts) logger.info(message)
      return ids
    },
  }
}

/** Builds an engine once, so that bad items end the start and not the first line. Answers the scenarios' names. */
function checkItems(items: LoadedItems, logger: Logger): string[] {
  const engine = liveEngine(items, silentLogger)
  reportItems(items.files, engine, logger)
  const names = [...new Set(engine.scenarios.map(({ name }) => name))]
  const parsers = items.files.filter(({ type }) => type === 'parsers').length
  logger.info(`${parsers} parsers and ${names.length} scenarios are loaded`)
  return names
}

function itemPlacesOf({ items: { hub, data, install, tolerant } }: Config): ItemPlaces {
  return { hub: hub.value, data: data.value, items: install.value.join(','), tolerant: tolerant.value }
}

async function accessOf(config: Config, own: Credentials | null, logger: Logger): Promise<MachineAccess> {
  if (config.client !== null) return await configuredAccess(config.client, logger)
  if (own !== null) return ownAccess(config, own)
  throw new TocsinError(
    'CONFIG_BAD',
    'cannot push alerts: the Local API is switched off and no other is named',
    {
      hint: 'name one under "client" in the configuration: url, login and password of "tocsin machines add", or a certificate',
    },
  )
}

function discover(logger: Logger): readonly Acquisition[] {
  const found = discoverSources()
  if (found.length === 0) {
    logger.warn(
      'no log files were found in their usual places: nothing is watched; name some under "sources" in the configuration',
    )
  }
  for (const { type, filenames } of found) logger.info(`watching ${filenames.join(', ')} as ${type}`)
  return readAcquisitions(acquisitionText(found), 'the log files found', { compilePattern: compileRegex })
    .acquisitions
}
