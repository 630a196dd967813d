import type { EngineHost, LineEngine } from '@tocsin/agent'
import { createEngine, toWireAlert } from '@tocsin/engine'
import type { Logger } from '@tocsin/model'
import type { LoadedItems } from './items.ts'

/** An engine of these items in the shape that the agent drives: a function of its lines and its clock alone. */
export function lineEngine({ files, dataFile }: LoadedItems, host: EngineHost, logger: Logger): LineEngine {
  const engine = createEngine(files, {
    mode: 'live',
    clock: host.clock,
    logger,
    dataFile,
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
