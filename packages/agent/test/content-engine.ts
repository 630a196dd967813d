import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine, type ItemFile, toWireAlert } from '@tocsin/engine'
import { hubDataFile, loadItemFiles, readHub, selectItems } from '@tocsin/hub'
import type { CreateEngine } from '../src/line-engine.ts'
import type { NameLookup } from '../src/names/name-lookup.ts'

const content = fileURLToPath(new URL('../../../content', import.meta.url))

/** The real engine, with our own items for sshd; given names, it lets off 203.0.113.3, .13 and so on by theirs. */
export function contentEngine(names: NameLookup | null = null): CreateEngine {
  const index = readHub(content)
  const files = [
    ...loadItemFiles(index, selectItems(index, 'collections:tocsin/sshd')),
    ...(names === null ? [] : nameItems),
  ]
  const dataFile = hubDataFile(join(content, 'data'))
  return (host) => {
    const engine = createEngine(files, {
      mode: 'live',
      clock: host.clock,
      dataFile,
      ...(names === null ? {} : { reverseLookup: names.lookup }),
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

function postoverflow(stage: string, name: string, text: string): ItemFile {
  const path = `postoverflows/${stage}/${name}.yaml`
  return { type: 'postoverflows', name: `test/${name}`, path, text, version: '?', hash: '' }
}

const nameItems: readonly ItemFile[] = [
  postoverflow(
    's00-enrich',
    'rdns',
    `
name: test/rdns
onsuccess: next_stage
filter: evt.Overflow.Alert.Remediation == true
statics:
- { method: reverse_dns, expression: evt.Overflow.Alert.Source.IP }
`,
  ),
  postoverflow(
    's01-whitelist',
    'friends',
    `
name: test/friends
whitelist: { reason: friends, expression: ["evt.Enriched.reverse_dns contains '3-113-0-203'"] }
`,
  ),
]
