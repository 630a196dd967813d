import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const launcher = resolve(fileURLToPath(import.meta.url), '../../../cli/bin/tocsin.js')
const run = promisify(execFile)

export interface DaemonOptions {
  /** The configuration, as it would stand in tocsin.yaml; state and lapi.listen are filled in where absent. */
  readonly config?: Record<string, unknown>
  /** A network namespace to run in. */
  readonly namespace?: string
  /** Goes on with the folder of an earlier daemon. */
  readonly folder?: string
}

/** A real `tocsin run` in a temporary folder. */
export class Daemon {
  readonly folder: string
  readonly configPath: string
  readonly url: string
  readonly process: ChildProcess
  readonly #prefix: readonly string[]
  output = ''

  private constructor(folder: string, url: string, namespace: string | undefined) {
    this.folder = folder
    this.url = url
    this.configPath = join(folder, 'tocsin.yaml')
    this.#prefix = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace]
    const [command, ...args] = [...this.#prefix, launcher, 'run', '-c', this.configPath]
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
  }

  /** Starts a daemon and waits until it says that it is ready, or throws with all it said. */
  static async start(options: DaemonOptions = {}): Promise<Daemon> {
    const daemon = await Daemon.launch(options)
    try {
      await daemon.said(/is ready/)
    } catch (error) {
      if (options.folder === undefined) await daemon.remove()
      throw error
    }
    return daemon
  }

  /** Starts a daemon without waiting: for those that are meant to fail. */
  static async launch({ config = {}, namespace, folder }: DaemonOptions = {}): Promise<Daemon> {
    const home = folder ?? mkdtempSync(join(tmpdir(), 'tocsin-daemon-'))
    const lapi = { listen: `127.0.0.1:${await freePort()}`, ...(config.lapi as object | undefined) }
    const whole = { state: join(home, 'state'), ...config, lapi }
    writeFileSync(join(home, 'tocsin.yaml'), JSON.stringify(whole, null, 2))
    return new Daemon(home, `http://${lapi.listen}`, namespace)
  }

  /** Runs `tocsin` with this daemon's configuration; throws where it fails. */
  async tocsin(...args: string[]): Promise<string> {
    const [command, ...rest] = [...this.#prefix, launcher, ...args, '-c', this.configPath]
    const { stdout } = await run(command, rest, { maxBuffer: 64 * 1024 * 1024 })
    return stdout
  }

  /** The same, reading JSON. */
  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.tocsin(...args, '-o', 'json')) as T
  }

  /** Waits until the output matches. */
  async said(pattern: RegExp, timeoutMs = 20_000): Promise<void> {
    await until(
      () => pattern.test(this.output) || this.process.exitCode !== null,
      timeoutMs,
      () => this.#state(pattern),
    )
    if (!pattern.test(this.output)) throw new Error(this.#state(pattern))
  }

  /** Sends a signal and waits for the end; answers the exit code, or null where the signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode
    const ended = new Promise<number | null>((done) => this.process.once('exit', (code) => done(code)))
    this.process.kill(signal)
    return await ended
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #state(pattern: RegExp): string {
    const end = this.process.exitCode === null ? 'it runs on' : `it ended with ${this.process.exitCode}`
    return `the daemon did not say ${pattern} (${end}); it said:\n${this.output}`
  }
}

/** Waits until a condition holds; throws the text of `failure` after the time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  failure: () => string = () => 'the condition did not come true',
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(failure())
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** A TCP port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}
