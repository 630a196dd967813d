import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'

/** What a whole process took, all of its threads, from its launcher's first instruction to the end of its tear-down. */
export interface Usage {
  /** User and system CPU. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** Peak resident memory, as the kernel has it some milliseconds before the end. */
  readonly peakMegabytes: number
  /** What it wrote to standard error. */
  readonly errors: string
}

export interface MeasureOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Where its standard output goes; it is thrown away unless told. */
  readonly into?: string
}

/** Thrown by `measure` where the program fails. */
export class ProgramFailed extends Error {
  /** What it wrote to standard error. */
  readonly errors: string

  constructor(command: string, args: readonly string[], errors: string) {
    super(`${command} ${args.join(' ')} failed: ${errors.trim()}`)
    this.name = 'ProgramFailed'
    this.errors = errors
  }
}

/**
 * The shell waits for the program and prints what the kernel says it took: nothing is loaded into the program for it.
 * Descriptor 3 takes its process id, 4 its standard error.
 */
const script =
  'TIMEFORMAT="%3R %3U %3S"; time { "$@" >"$BENCH_INTO" 2>&4 3>&- 4>&- & echo $! >&3; exec 3>&-; wait $!; }'
const memoryEveryMs = 10

/** Runs a program to its end and answers what it took. Throws ProgramFailed where its exit code is not 0. */
export async function measure(
  command: string,
  args: readonly string[],
  { cwd, env, into = '/dev/null' }: MeasureOptions = {},
): Promise<Usage> {
  const child = spawn('bash', ['-c', script, 'bench', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env, BENCH_INTO: into },
    ...(cwd === undefined ? {} : { cwd }),
  })
  const [, , timing, pid, stderr] = child.stdio as unknown as readonly [
    null,
    null,
    Readable,
    Readable,
    Readable,
  ]
  const peak = new PeakMemory()
  pid.on('data', (text: Buffer) => peak.watch(Number(text.toString())))
  const [times, errors, code] = await Promise.all([
    textOf(timing),
    textOf(stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    }),
  ]).finally(() => peak.stop())
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = times.trim().split(' ').map(Number)
  if (code !== 0 || Number.isNaN(system)) throw new ProgramFailed(command, args, errors)
  return { cpuSeconds: user + system, wallSeconds: wall, peakMegabytes: peak.kilobytes / 1024, errors }
}

/** The high-water mark of a process, read again and again: after its end nobody can ask. */
class PeakMemory {
  kilobytes = 0
  #timer: NodeJS.Timeout | undefined

  watch(pid: number): void {
    this.#timer = setInterval(() => this.#read(pid), memoryEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #read(pid: number): void {
    try {
      const mark = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      this.kilobytes = Math.max(this.kilobytes, Number(mark?.[1] ?? 0))
    } catch {
      // It has just ended.
      this.stop()
    }
  }
}

async function textOf(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}
