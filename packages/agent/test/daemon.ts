// A small daemon around the agent, to be killed: node daemon.ts '{"stateFolder":...}', see DaemonRules.
// With the type syslog it runs the real engine on our own items for sshd, else the fake one.
import { MachineClient } from '@tocsin/client'
import { createAgent } from '../src/agent.ts'
import { readAcquisitions } from '../src/source/acquisition.ts'
import type { CreateEngine } from '../src/line-engine.ts'
import { NameLookup } from '../src/names/name-lookup.ts'
import { fakeEngine } from './fake-engine.ts'
import { lateEngine } from './late-engine.ts'

/** What the daemon is told on its command line, as JSON. */
export interface DaemonRules {
  readonly stateFolder: string
  readonly log: string
  readonly url: string
  readonly type?: string
  /** Of the fake engine's buckets. */
  readonly size?: number
  readonly blackholeMs?: number
  /** So long overflows of the fake engine wait. */
  readonly delayMs?: number
  /** Where the real engine asks for the names of addresses. */
  readonly nameServer?: string
  /** The zone of the machine. */
  readonly zone?: string
}

const rules = JSON.parse(process.argv[2] ?? '') as DaemonRules
if (rules.zone !== undefined) process.env.TZ = rules.zone
const { stateFolder, log, url, type = 'test', size = 1, blackholeMs = 0, delayMs = 0, nameServer } = rules
const say = (level: string) => (message: string) => void process.stderr.write(`${level}: ${message}\n`)
const { acquisitions } = readAcquisitions(
  `filename: ${JSON.stringify(log)}\nlabels: { type: ${type} }\n`,
  'test',
  {
    compilePattern: (pattern) => new RegExp(pattern),
  },
)
const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }

async function chosenEngine(): Promise<CreateEngine> {
  const bucket = { size, lifetimeMs: 60_000, blackholeMs }
  if (type !== 'syslog') return delayMs > 0 ? lateEngine(bucket, delayMs) : fakeEngine(bucket)
  const names = nameServer === undefined ? null : new NameLookup({ servers: [nameServer], logger })
  return (await import('./content-engine.ts')).contentEngine(names)
}

const agent = createAgent({
  sources: acquisitions,
  createEngine: await chosenEngine(),
  client: new MachineClient({ url, machineId: 'test', password: 'test' }),
  stateFolder,
  logger,
  startAt: 'beginning',
})
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
const running = agent.run(stopping.signal)
await agent.ready
say('info')('ready')
await running
