import { BouncerClient } from '@tocsin/client'
import type { NftablesBouncer } from '@tocsin/bouncer/nftables'
import { type Logger, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import { startNftables } from './enforce.ts'
import { ownCredentials, type RunningLocalApi, startLocalApi } from './local-api.ts'
import { type Figures, serveMetrics } from './metrics-server.ts'
import { ownBouncerKey } from './own-bouncer.ts'
import { ownTransport } from './own-transport.ts'
import { agentFigures } from './report/agent-figures.ts'
import { bouncerFigures } from './report/bouncer-figures.ts'
import { startAgent } from './running-agent.ts'
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
    const figures: Figures[] = local ? [() => local.api.metrics()] : []
    if (config.metrics !== null) {
      const metrics = await serveMetrics(figures, config.metrics.listen.value, logger)
      parts.push(() => metrics.close())
    }
    const bouncer = config.enforce.value === 'nftables' ? await startBouncer(config, local, logger) : null
    if (bouncer) {
      parts.push(() => bouncer.stop())
      figures.push(async () => bouncerFigures(await bouncer.stats()))
    }
    const agent = config.agent.enabled.value ? await startAgent(config, own, logger) : null
    if (agent) {
      parts.push(agent.stop)
      figures.push(() => Promise.resolve(agentFigures(agent.stats())))
    }
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
