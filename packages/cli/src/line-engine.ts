import { hostname } from 'node:os'
import { type EngineHost, type LineEngine, NameLookup } from '@tocsin/agent'
import { createEngine, type Engine, type EngineOptions, toWireAlert } from '@tocsin/engine'
import type { Logger } from '@tocsin/model'
import type { Config } from './config/config.ts'
import type { LoadedItems } from './items.ts'

/** A live engine of these items that may ask this machine for its name. Throws TocsinErrors with every error of every item. */
export function liveEngine(
  { files, dataFile, tolerant }: LoadedItems,
  logger: Logger,
  options: Partial<EngineOptions> = {},
): Engine {
  return createEngine(files, {
    mode: 'live',
    logger,
    dataFile,
    tolerant,
    capabilities: { hostname: hostname(), log: logger },
    ...options,
  })
}

/** Asks for the names of addresses whom the configuration names. Throws NAME_SERVER_BAD. */
export function nameLookup({ agent: { nameServers } }: Config, logger: Logger): NameLookup {
  const servers = nameServers.value
  return new NameLookup({ logger, ...(servers.length === 0 ? {} : { servers }) })
}

/** So many overflows wait for names, or stand behind one that does; one more, and all of them go on without. */
export const maxWaitingOverflows = 1000

/** The same in the shape that the agent drives: a function of its lines and its clock, and of the names of addresses. */
export function lineEngine(
  items: LoadedItems,
  host: EngineHost,
  names: NameLookup,
  logger: Logger,
): LineEngine {
  const engine = liveEngine(items, logger, {
    clock: host.clock,
    reverseLookup: names.lookup,
    onAlert: (alert) => host.onAlert(toWireAlert(alert)),
    onFull: (bornMs) => host.onOverflow(bornMs),
    onOverflow: () => host.onLeave(),
  })
  return {
    process: (line, mode) => {
      engine.process(line, mode)
      if (engine.waiting > maxWaitingOverflows) names.giveUp()
    },
    tick: (nowMs) => engine.tick(nowMs),
    oldestLiveMs: () => engine.oldestLiveMs(),
    get waiting() {
      return engine.waiting
    },
    drain: () => engine.drain(),
  }
}
