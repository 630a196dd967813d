import { reverse } from 'node:dns/promises'
import { hostname } from 'node:os'
import type { EngineHost, LineEngine } from '@tocsin/agent'
import { createEngine, type Engine, type EngineOptions, toWireAlert } from '@tocsin/engine'
import type { Logger } from '@tocsin/model'
import type { LoadedItems } from './items.ts'

/**
 * A live engine of these items with what this machine lends to their expressions: its name, and the names of addresses
 * for postoverflows. Throws TocsinErrors with every error of every item.
 */
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
    reverseLookup: namesOf,
    ...options,
  })
}

/** A name server that does not answer must not hold up the lines: after this long an address has no name. */
const nameTimeoutMs = 500

async function namesOf(address: string): Promise<readonly string[]> {
  const late = new Promise<readonly string[]>((resolve) => setTimeout(resolve, nameTimeoutMs, []).unref())
  return await Promise.race([reverse(address).catch(() => []), late])
}

/** The same in the shape that the agent drives: a function of its lines and its clock. */
export function lineEngine(items: LoadedItems, host: EngineHost, logger: Logger): LineEngine {
  const engine = liveEngine(items, logger, {
    clock: host.clock,
    onAlert: (alert) => host.onAlert(toWireAlert(alert)),
    onFull: (bornMs) => host.onOverflow(bornMs),
  })
  return {
    process: (line, mode) => void engine.process(line, mode),
    tick: (nowMs) => engine.tick(nowMs),
    oldestLiveMs: () => engine.oldestLiveMs(),
    drain: () => engine.drain(),
  }
}
