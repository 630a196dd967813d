import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a whole process took, all of its threads. */
export interface Usage {
  /** User and system CPU. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** Peak resident memory. */
  readonly peakMegabytes: number
}

const hook = fileURLToPath(new URL('./report-usage.ts', import.meta.url))

/**
 * Runs a Node program to its end and answers what it took, by its own account at exit (a hook that is loaded before
 * it). Standard output is thrown away. Throws where the program fails.
 */
export async function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Usage> {
  const started = performance.now()
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, NODE_OPTIONS: `--import=${hook}` },
  })
  const [errors, report] = await Promise.all([textOf(child.stdio[2]), textOf(child.stdio[3]), exit(child)])
  if (child.exitCode !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${errors}`)
  const { cpuMicroseconds, peakKilobytes } = JSON.parse(report) as {
    cpuMicroseconds: number
    peakKilobytes: number
  }
  return {
    cpuSeconds: cpuMicroseconds / 1e6,
    wallSeconds: (performance.now() - started) / 1000,
    peakMegabytes: peakKilobytes / 1024,
  }
}

async function textOf(stream: unknown): Promise<string> {
  let text = ''
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}

function exit(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
}
