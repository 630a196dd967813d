import { BouncerClient, MachineClient } from '@tocsin/client'
import type { NftablesBouncer } from '@tocsin/bouncer/nftables'
import {
  type Acquisition,
  type AlertClient,
  acquisitionText,
  type Agent,
  createAgent,
  discoverSources,
  readAcquisitions,
} from '@tocsin/agent'
import { compileRegex } from '@tocsin/regex'
import { type Logger, silentLogger, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import type { Credentials } from './credentials.ts'
import { startNftables } from './enforce.ts'
import { type ItemPlaces, type LoadedItems, loadItems, reportItems } from './items.ts'
import { lineEngine, liveEngine, nameLookup } from './line-engine.ts'
import { ownCredentials, type RunningLocalApi, startLocalApi } from './local-api.ts'
import { configuredAccess, type MachineAccess, ownAccess } from './machine-access.ts'
import { ownTransport } from './own-transport.ts'
import { ownBouncerKey } from './own-bouncer.ts'
import { makeStateFolder } from './state-folder.ts'
import { userAgent } from './version.ts'

/** Everything that one process runs. */
export interface Daemon {
  /** Settles when the agent ends by itself, which only a failure makes it do. */
  readonly failed: Promise<never>
  /** Ends every part, the agent first, so that what it has found is still taken. */
  stop(): Promise<void>
}

const bouncerName = 'nftables'

/**
 * Starts what the configuration names: Local API, agent, firewall bouncer. Throws what their starts throw; parts
 * that run already are stopped before.
 */
export async function startDaemon(config: Config, logger: Logger): Promise<Daemon> {
  if (!config.lapi.enabled.value && !config.agent.enabled.value) {
    throw new TocsinError('CONFIG_BAD', 'cannot run: both the Local API and the agent are switched off', {
      hint: 'switch one on: lapi.enabled or agent.enabled in the configuration',
    })
  }
  makeStateFolder(config.state.value)
  const parts: (() => Promise<void>)[] = []
  const stop = async () => {
    const failures: unknown[] = []
    for (const part of parts.splice(0).toReversed())
      await part().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    const local = config.lapi.enabled.value ? await startLocalApi(config, logger) : null
    if (local) parts.push(local.close)
    const own = local ? await ownCredentials(local, config) : null
    if (local) logger.info(`the Local API listens at ${local.url}`)
    const bouncer = config.enforce.value === 'nftables' ? await startBouncer(config, local, logger) : null
    if (bouncer) parts.push(() => bouncer.stop())
    const agent = config.agent.enabled.value ? await startAgent(config, own, logger) : null
    if (agent) parts.push(agent.stop)
    return { failed: agent?.failed ?? new Promise<never>(() => {}), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startBouncer(
  config: Config,
  local: RunningLocalApi | null,
  logger: Logger,
): Promise<NftablesBouncer> {
  if (!local) {
    throw new TocsinError('CONFIG_BAD', 'cannot enforce: the Local API of this process is switched off', {
      hint: 'run "tocsin bouncer nftables --url URL --key KEY" beside it instead',
    })
  }
  const key = await ownBouncerKey(local.admin, config.state.value, bouncerName)
  const client = new BouncerClient({ url: local.url, key, userAgent, ...ownTransport(config) })
  const bouncer = await startNftables({
    client,
    config: config.nftables,
    stateFolder: config.state.value,
    logger,
  })
  const { hooks, action, table } = config.nftables
  logger.info(
    `blocking through nftables: table ${table.value}, ${hooks.value.join(' and ')}, ${action.value}`,
  )
  return bouncer
}

interface RunningAgent {
  readonly agent: Agent
  readonly failed: Promise<never>
  stop(): Promise<void>
}

async function startAgent(config: Config, own: Credentials | null, logger: Logger): Promise<RunningAgent> {
  const items = loadItems(itemPlacesOf(config))
  const scenarios = checkItems(items, logger)
  const access = await accessOf(config, own, logger)
  const sources = config.sources ?? discover(logger)
  const names = nameLookup(config, logger)
  const agent = createAgent({
    sources,
    createEngine: (host) => lineEngine(items, host, names, logger),
    names,
    client: sayingAlerts(new MachineClient({ ...access, scenarios, userAgent }), logger),
    stateFolder: config.state.value,
    maxLineBytes: config.agent.maxLineBytes.value,
    logger,
  })
  const ending = new AbortController()
  const run = agent.run(ending.signal)
  const failed = new Promise<never>((_, reject) => void run.catch(reject))
  failed.catch(() => {})
  const stop = async () => {
    ending.abort()
    await run.catch(() => {})
    names.close()
  }
  await Promise.race([agent.ready, failed])
  return { agent, failed, stop }
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
