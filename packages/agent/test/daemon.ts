// A small daemon around the agent, to be killed: node daemon.ts STATE LOG URL TYPE SIZE LIFETIME_MS BLACKHOLE_MS
// With the type syslog it runs the real engine on our own items for sshd, else the fake one.
import { MachineClient } from '@tocsin/client'
import { createAgent } from '../src/agent.ts'
import { readAcquisitions } from '../src/source/acquisition.ts'
import { fakeEngine } from './fake-engine.ts'

const [stateFolder = '', log = '', url = '', type = '', size = '5', lifetimeMs = '60000', blackholeMs = '0'] =
  process.argv.slice(2)
const say = (level: string) => (message: string) => void process.stderr.write(`${level}: ${message}\n`)
const { acquisitions } = readAcquisitions(
  `filename: ${JSON.stringify(log)}\nlabels: { type: ${type} }\n`,
  'test',
  {
    compilePattern: (pattern) => new RegExp(pattern),
  },
)
const rules = { size: Number(size), lifetimeMs: Number(lifetimeMs), blackholeMs: Number(blackholeMs) }
const agent = createAgent({
  sources: acquisitions,
  createEngine: type === 'syslog' ? (await import('./content-engine.ts')).contentEngine() : fakeEngine(rules),
  client: new MachineClient({ url, machineId: 'test', password: 'test' }),
  stateFolder,
  logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
  startAt: 'beginning',
})
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
const running = agent.run(stopping.signal)
await agent.ready
say('info')('ready')
await running
