import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { NameLookup } from '@tocsin/agent'
import type { ItemFile } from '@tocsin/engine'
import { silentLogger, type WireAlert } from '@tocsin/model'
import { expect, it, onTestFinished } from 'vitest'
import { contentFolder } from './config/paths.ts'
import { loadItems } from './items.ts'
import { lineEngine, maxWaitingOverflows } from './line-engine.ts'

async function silentServer(): Promise<string> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

const namesOfSources: ItemFile = {
  type: 'postoverflows',
  name: 'test/rdns',
  path: 'postoverflows/s00-enrich/rdns.yaml',
  text: 'name: test/rdns\nstatics: [{ method: reverse_dns, expression: evt.Overflow.Alert.Source.IP }]\n',
  version: '?',
  hash: '',
}

it('overflows go on without names where more than a thousand would wait', async () => {
  const names = new NameLookup({ servers: [await silentServer()], logger: silentLogger })
  onTestFinished(() => names.close())
  const alerts: WireAlert[] = []
  const told = { overflows: 0, left: 0 }
  const content = loadItems({
    hub: contentFolder,
    data: join(contentFolder, 'data'),
    items: 'collections:tocsin/sshd',
    tolerant: false,
  })
  const engine = lineEngine(
    { ...content, files: [...content.files, namesOfSources] },
    {
      clock: Date.now,
      onAlert: (alert) => void alerts.push(alert),
      onOverflow: () => void told.overflows++,
      onLeave: () => void told.left++,
    },
    names,
    silentLogger,
  )
  const labels = new Map([['type', 'syslog']])
  const attack = (host: number) => {
    const address = `203.0.${113 + (host >> 8)}.${host & 255}`
    const raw = `Nov 22 17:36:05 web sshd[4242]: Failed password for root from ${address} port 41000 ssh2`
    const line = { raw, src: '/var/log/auth.log', timeMs: Date.now(), labels, module: 'file' }
    for (let attempt = 0; attempt < 6; attempt++) engine.process(line, 'live')
  }
  for (let host = 0; host < maxWaitingOverflows; host++) attack(host)
  await new Promise(setImmediate)
  expect(engine.waiting).toBe(maxWaitingOverflows)
  expect(alerts).toEqual([])
  attack(maxWaitingOverflows)
  await new Promise(setImmediate)
  expect(engine.waiting).toBe(0)
  expect(names.counters).toMatchObject({ asked: 64, refused: maxWaitingOverflows + 1 })
  expect(alerts).toHaveLength(maxWaitingOverflows + 1)
  expect(told).toEqual({ overflows: alerts.length, left: alerts.length })
})
