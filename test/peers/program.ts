import { type ChildProcess, spawn } from 'node:child_process'
import { until } from '../../packages/testkit/src/index.ts'

/** A program that runs beside a test. What it says is kept, so that a failure can show it. */
export class Program {
  readonly process: ChildProcess
  output = ''

  /** Starts it, inside a network namespace where one is named. */
  constructor(command: readonly string[], namespace?: string) {
    const [program, ...args] = inNamespace(command, namespace)
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process.once('error', ({ message }) => (this.output += message))
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
  }

  /** Waits until the output matches; throws with all it said after the time, or once it has ended. */
  async said(pattern: RegExp, timeoutMs = 20_000): Promise<void> {
    await until(
      () => pattern.test(this.output) || this.#hasEnded,
      timeoutMs,
      () => `${this.process.spawnfile} did not say ${pattern}; it said:\n${this.output}`,
    )
    if (!pattern.test(this.output))
      throw new Error(`${this.process.spawnfile} ended with ${this.process.exitCode}:\n${this.output}`)
  }

  /** Asks it to end, and makes it end where it does not within some seconds. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return
    const ended = new Promise<void>((done) => this.process.once('close', () => done()))
    this.process.kill('SIGTERM')
    const killer = setTimeout(() => this.process.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(killer)
  }

  get #hasEnded(): boolean {
    return (
      this.process.exitCode !== null || this.process.signalCode !== null || this.process.pid === undefined
    )
  }
}

/** The command as it runs in a network namespace. */
export function inNamespace(command: readonly string[], namespace?: string): [string, ...string[]] {
  const [program = '', ...args] = command
  return namespace === undefined ? [program, ...args] : ['ip', 'netns', 'exec', namespace, program, ...args]
}
