/**
 * Pours a million partitions through an engine and writes what that took: `node measure.ts ALIVE`, the number of
 * partitions whose time is not over at any moment. Each is poured into twice.
 */
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEngine, type Engine, type ItemFile } from '../../packages/engine/src/index.ts'
import type { Sample } from '../bench.ts'

const partitions = 1_000_000
const warmUpPartitions = 20_000
/** As each partition comes. */
const stepMs = 1
const ticksEveryMs = 1000
const capacity = 5
/** So many partitions begin between the two events of one: even the tightest budget keeps them that long. */
const between = 2000
const startMs = Date.UTC(2026, 10, 20)

const alive = Number(process.argv[2])
if (!Number.isInteger(alive) || alive <= between)
  throw new Error(`more than ${between} partitions have to live`)

let nowMs = startMs
const engine = createEngine(items(), { mode: 'live', clock: () => nowMs })
let poured = 0
const emptyHeap = heapMegabytes()
await pourPartitions(engine, warmUpPartitions)
const before = process.cpuUsage()
await pourPartitions(engine, partitions)
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify(sample()))

async function pourPartitions(engine: Engine, count: number): Promise<void> {
  const end = poured + count
  const labels = new Map([['type', 'bench']])
  const pour = (partition: number) =>
    engine.process({ raw: `hit ${address(partition)}`, src: 'bench', timeMs: nowMs, labels, module: 'file' })
  for (; poured < end; poured++) {
    nowMs += stepMs
    pour(poured)
    if (poured >= between) pour(poured - between)
    if ((nowMs - startMs) % ticksEveryMs !== 0) continue
    engine.tick(nowMs)
    await setImmediate()
  }
}

function address(partition: number): string {
  return `${11 + (partition >> 24)}.${(partition >> 16) & 255}.${(partition >> 8) & 255}.${partition & 255}`
}

function sample(): Sample {
  const { lines, parsed, poured, alerts, buckets } = engine.counters()
  if (parsed !== lines || poured !== lines || alerts > 0)
    throw new Error(`of ${lines} lines ${parsed} were parsed and ${poured} poured, with ${alerts} alerts`)
  return {
    microseconds: (user + system) / (2 * partitions),
    peak: process.resourceUsage().maxRSS / 1024,
    heap: heapMegabytes() - emptyHeap,
    bytes: buckets.bytes,
    count: buckets.count,
    evicted: buckets.evicted,
    expired: buckets.expired,
  }
}

/** What the heap really holds. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** A parser that knows one kind of line, and a scenario whose buckets live as long as the measurement asks. */
function items(): ItemFile[] {
  const lifetimeSeconds = (alive * stepMs) / 1000
  return [
    item('parsers', 's00-raw', 'raw', {
      filter: "evt.Line.Labels.type == 'bench'",
      statics: [{ target: 'evt.Parsed.message', expression: 'evt.Line.Raw' }],
    }),
    item('parsers', 's01-parse', 'hits', {
      filter: "evt.Line.Labels.type == 'bench'",
      grok: { pattern: '^hit %{IPV4:source_ip}$', apply_on: 'message' },
      statics: [
        { meta: 'log_type', value: 'hit' },
        { meta: 'source_ip', expression: 'evt.Parsed.source_ip' },
      ],
    }),
    item('scenarios', '', 'hits', {
      type: 'leaky',
      filter: "evt.Meta.log_type == 'hit'",
      groupby: 'evt.Meta.source_ip',
      capacity,
      leakspeed: `${lifetimeSeconds / (capacity + 1)}s`,
      labels: { remediation: true },
    }),
  ]
}

function item(
  type: ItemFile['type'],
  stage: string,
  name: string,
  fields: Record<string, unknown>,
): ItemFile {
  const text = JSON.stringify({
    name: `bench/${name}`,
    description: 'of the bench',
    onsuccess: type === 'parsers' ? 'next_stage' : undefined,
    ...fields,
  })
  const path = `${type}/${stage}/bench/${name}.yaml`
  return {
    type,
    name: `bench/${name}`,
    path,
    text,
    version: '0.1',
    hash: '',
    ...(stage === '' ? {} : { stage }),
  }
}
