import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import {
  type NameLookup,
  readFileOnce,
  type ReadOnceOptions,
  type ReadProgress,
  readStreamOnce,
} from '@tocsin/agent'
import { createEngine, type Engine, toWireAlert } from '@tocsin/engine'
import type { WireAlert } from '@tocsin/model'
import { collectLabel, parseTimestamp, wholeNumber } from '../flags.ts'
import type { Context } from '../context.ts'
import { maxWaitingOverflows, nameLookup } from '../line-engine.ts'
import {
  addItemFlags,
  type ItemFlags,
  type ItemPlaces,
  itemPlaces,
  loadItems,
  reportItems,
} from '../items.ts'
import { grouped, Progress } from '../output/progress.ts'
import { type LineOrigin, SievePool } from '../sieve/sieve-pool.ts'
import { closeThreads, type SieveThread, startThreads } from '../sieve/sieve-thread.ts'
import { printable } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'

interface ReplayFlags extends ItemFlags {
  type: string
  labels: Map<string, string>
  dns?: boolean
  workers?: number
  bucketMemory: number
  now?: number
}

export const build: BuildCommand = (command, context) => {
  addItemFlags(command)
    .description(
      "Process log files at once, one after another, on the logs' own clock, and print the alerts. Nothing is stored.",
    )
    .argument('<file...>', 'log files, plain or gzip; - is standard input')
    .requiredOption('-t, --type <type>', 'type label of the lines, such as syslog or nginx')
    .option(
      '--labels <key:value>',
      'a label more; may be given again',
      collectLabel,
      new Map<string, string>(),
    )
    .option('--dns', 'look up the names of addresses for the items that want them')
    .option(
      '--workers <number>',
      'threads that parse lines; with one, everything happens in one',
      workerCount,
    )
    .option(
      '--bucket-memory <MiB>',
      'memory for what is not over yet; the oldest evidence goes first',
      mebibytes,
      20,
    )
    .option('--now <time>', 'RFC 3339 time that completes lines without a year', parseTimestamp)
    .addHelpText(
      'after',
      examples(
        'tocsin replay /var/log/auth.log --type syslog',
        'tocsin replay access.log.1.gz access.log --type nginx -o json',
        'tocsin replay access.log --type nginx --workers 4',
        'journalctl -u ssh -o short | tocsin replay - --type syslog',
      ),
    )
    .action(async (files: string[], flags: ReplayFlags) => replay(context(), files, flags))
}

async function replay(at: Context, files: readonly string[], flags: ReplayFlags): Promise<void> {
  const places = itemPlaces(flags)
  const nowMs = flags.now ?? Date.now()
  const threads = startThreads((flags.workers ?? 1) - 1, { places, mode: 'replay', nowMs })
  try {
    await replayWith(at, files, flags, { places, nowMs, threads })
  } finally {
    await closeThreads(threads)
  }
}

interface ReplayParts {
  readonly places: ItemPlaces
  /** The clock, which stands still. */
  readonly nowMs: number
  /** Those that parse beside this one. */
  readonly threads: readonly SieveThread[]
}

async function replayWith(
  at: Context,
  files: readonly string[],
  flags: ReplayFlags,
  { places, nowMs, threads }: ReplayParts,
): Promise<void> {
  const logger = at.logger()
  const started = performance.now()
  const { files: items, dataFile } = loadItems(places)
  const print = at.output === 'json' ? alertLine : alertSentence
  const names = flags.dns === true ? nameLookup(at.config, logger) : null
  const alerts = new AlertPrinter(at)
  const engine = createEngine(items, {
    mode: 'replay',
    tolerant: flags.tolerant === true,
    logger,
    dataFile,
    onAlert: (alert) => alerts.add(print(toWireAlert(alert))),
    clock: () => nowMs,
    bucketBytes: flags.bucketMemory * 2 ** 20,
    ...(names === null ? {} : { reverseLookup: names.lookup }),
  })
  reportItems(items, engine, logger)
  const labels = new Map([...flags.labels, ['type', flags.type]])
  const pool = threads.length > 0 ? new SievePool(engine, threads, 'replay') : null
  const take: TakeLines = async (raws, origin) => {
    if (pool) await pool.push(raws, origin, nowMs)
    else for (const raw of raws) engine.process({ raw, ...origin })
    alerts.print()
    if (engine.waiting > maxWaitingOverflows) await engine.drain()
  }
  for (const file of files) await replayFile(at, take, file, labels)
  await pool?.drain()
  await engine.drain()
  alerts.print()
  names?.close()
  if (names !== null) at.terminal.err(nameSummary(names))
  at.terminal.err(`${summary(engine, (performance.now() - started) / 1000)}\n`)
  const { lines, parsed } = engine.counters()
  if (lines > 0 && parsed === 0) {
    at.terminal.err(
      `No line was understood: is "${flags.type}" their type? "tocsin explain" shows what becomes of a line.\n`,
    )
  }
}

/** Prints the alerts of many lines at once. */
class AlertPrinter {
  readonly #at: Context
  #text = ''

  constructor(at: Context) {
    this.#at = at
  }

  add(text: string): void {
    this.#text += text
  }

  print(): void {
    if (this.#text !== '') this.#at.terminal.out(this.#text)
    this.#text = ''
  }
}

/** Takes lines of one file; done when there is room for more. */
type TakeLines = (raws: readonly string[], origin: LineOrigin) => Promise<void>

const maxWorkers = 64

/** The most memory for buckets: the heap of a replay is bounded, and they are not all that is in it. */
const maxBucketMebibytes = 128

const workerCount = (text: string) => countUpTo(text, maxWorkers)
const mebibytes = (text: string) => countUpTo(text, maxBucketMebibytes)

/** A flag's number, from one on. Throws InvalidArgumentError. */
function countUpTo(text: string, most: number): number {
  const count = wholeNumber(text)
  if (count < 1 || count > most) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
  }
  return count
}

async function replayFile(
  at: Context,
  take: TakeLines,
  file: string,
  labels: ReadonlyMap<string, string>,
): Promise<void> {
  const isInput = file === '-'
  const src = isInput ? '/dev/stdin' : resolve(file)
  const progress = new Progress()
  const started = performance.now()
  let read = 0
  const onLines = async (lines: readonly string[]) => {
    await take(lines, { src, timeMs: Date.now(), labels, module: 'file' })
    read += lines.length
  }
  const name = isInput ? 'standard input' : file
  const options: ReadOnceOptions = {
    onProgress: (done) => progress.show(() => progressText(name, read, done, performance.now() - started)),
  }
  const { cutLines, cutBytes } = isInput
    ? await readStreamOnce(process.stdin, name, onLines, options)
    : await readFileOnce(file, onLines, options)
  progress.clear()
  if (cutLines > 0)
    at.terminal.err(
      `${name}: ${cutLines} lines were longer than 65536 bytes, ${cutBytes} bytes were cut off them\n`,
    )
}

function progressText(
  name: string,
  lines: number,
  { bytesRead, bytesTotal }: ReadProgress,
  elapsedMs: number,
): string {
  const rate = `${grouped(lines)} lines, ${grouped((lines * 1000) / elapsedMs)} lines/s`
  if (bytesTotal === 0) return `${name}: ${rate}`
  const share = bytesRead / bytesTotal
  const left = share === 0 ? '' : `, ${Math.ceil((elapsedMs / share - elapsedMs) / 1000)} s left`
  return `${name}: ${Math.round(share * 100)} %, ${rate}${left}`
}

function alertLine(alert: WireAlert): string {
  return `${JSON.stringify(alert)}\n`
}

function alertSentence({ start_at, message, source }: WireAlert): string {
  const origin = [source.cn, source.as_name].filter((text) => text !== undefined && text !== '').join(', ')
  return `${start_at}  ${printable(message)}${origin === '' ? '' : ` (${printable(origin)})`}\n`
}

function nameSummary({ counters: { asked, answered, timedOut, refused } }: NameLookup): string {
  return `names of addresses: ${grouped(asked)} asked for, ${grouped(answered)} answered, ${grouped(timedOut)} unanswered, ${grouped(refused)} not asked for\n`
}

function summary(engine: Engine, seconds: number): string {
  const { lines, parsed, alerts } = engine.counters()
  const rate = grouped(lines / seconds)
  return `${grouped(lines)} lines, ${grouped(parsed)} parsed, ${grouped(alerts)} alerts, ${seconds.toFixed(2)} seconds, ${rate} lines per second`
}
