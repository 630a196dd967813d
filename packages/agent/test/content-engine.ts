import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, toWireAlert } from '@tocsin/engine'
import { hubDataFile, loadItemFiles, readHub, selectItems } from '@tocsin/hub'
import type { CreateEngine } from '../src/line-engine.ts'

const content = fileURLToPath(new URL('../../../content', import.meta.url))

/** The real engine, with our own items for sshd. */
export function contentEngine(): CreateEngine {
  const index = readHub(content)
  const files = loadItemFiles(index, selectItems(index, 'collections:tocsin/sshd'))
  const dataFile = hubDataFile(join(content, 'data'))
  return (host) => {
    const engine = createEngine(files, {
      mode: 'live',
      clock: host.clock,
      dataFile,
      onAlert: (alert) => host.onAlert(toWireAlert(alert)),
      onFull: (bornMs) => host.onOverflow(bornMs),
      onOverflow: () => host.onLeave(),
    })
    return {
      process: (line, mode) => void engine.process(line, mode),
      tick: (nowMs) => engine.tick(nowMs),
      oldestLiveMs: () => engine.oldestLiveMs(),
      get waiting() {
        return engine.waiting
      },
      drain: () => engine.drain(),
    }
  }
}
