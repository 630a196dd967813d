import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { accessLine } from './access-log.ts'
import { Population } from './population.ts'
import { bsdDate } from './log-date.ts'
import { Random } from './random.ts'
import { sshLine } from './ssh-log.ts'

/** `ssh` and `mix` are for sources of type syslog, `nginx` for nginx, `apache` for apache2. */
export type LogKind = (typeof logKinds)[number]

export const logKinds = ['ssh', 'nginx', 'apache', 'mix'] as const

const startMs = Date.UTC(2026, 10, 20)
const stepsMs = [5, 20, 50, 120]

/**
 * Lines of a busy server, one at a time and without a line break: most of the web requests are honest, most of the
 * ssh lines are not, times only grow. The same kind and seed give the same lines everywhere, whatever their number.
 */
export function* generateLog(kind: LogKind, lines: number, seed: number): Iterable<string> {
  const random = new Random(seed)
  const people = new Population(random)
  let timeMs = startMs
  for (let line = 0; line < lines; line++) {
    timeMs += random.pick(stepsMs)
    yield makeLine(kind, random, people, timeMs)
  }
}

function makeLine(kind: LogKind, random: Random, people: Population, timeMs: number): string {
  switch (kind) {
    case 'ssh':
      return sshLine(random, people, timeMs)
    case 'nginx':
    case 'apache':
      return accessLine(kind, random, people, timeMs)
    case 'mix':
      if (random.chance(0.25)) return sshLine(random, people, timeMs)
      return `${bsdDate(timeMs)} web-01 nginx: ${accessLine('nginx', random, people, timeMs)}`
  }
}

const usage = `usage: node bench/logs/generate.ts [--kind ${logKinds.join('|')}] [--lines N] [--seed N] [--out FILE]`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', default: 'mix' },
      lines: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '7' },
      out: { type: 'string' },
    },
  })
  const kind = logKinds.find((known) => known === values.kind)
  const lines = Number(values.lines)
  const seed = Number(values.seed)
  if (kind === undefined || !Number.isSafeInteger(lines) || lines < 0 || !Number.isSafeInteger(seed)) {
    console.error(usage)
    process.exitCode = 2
    return
  }
  const sink = values.out === undefined ? process.stdout : createWriteStream(values.out)
  try {
    await pipeline(Readable.from(chunks(generateLog(kind, lines, seed))), sink)
  } catch (error) {
    // The reader has seen enough, as in `| head`.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

/** Joins lines into pieces of about 64 KiB: one write a line would cost more than the line. */
function* chunks(lines: Iterable<string>): Iterable<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

if (import.meta.main) await main()
