import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AdminClient } from '../../packages/client/src/index.ts'
import { Daemon } from '../../packages/testkit/src/daemon.ts'
import { TemporaryMariadb } from '../../packages/testkit/src/database/temporary-mariadb.ts'
import { TemporaryPostgres } from '../../packages/testkit/src/database/temporary-postgres.ts'
import type { DatabaseName } from './databases.ts'

const launcher = fileURLToPath(new URL('../../packages/cli/bin/tocsin.js', import.meta.url))
const servePath = fileURLToPath(new URL('./serve.ts', import.meta.url))
const machine = { machineId: 'bench', password: 'a password of the bench' }
const config = { agent: { enabled: false } }

/** A Local API in a process of its own, which can be ended and started again on the same database. */
export interface Server {
  readonly url: string
  readonly pid: number
  readonly admin: AdminClient
  /** What logs a machine in. */
  readonly machine: { readonly machineId: string; readonly password: string }
  /** The program and the leading arguments of the command line for this server. */
  command(...args: string[]): string[]
  stop(): Promise<void>
  startAgain(): Promise<void>
  /** Ends the processes and removes the files. */
  remove(): Promise<void>
}

/** `tocsin run` with nothing but the Local API on SQLite; on other databases the Local API in a child process. */
export async function startServer(database: DatabaseName): Promise<Server> {
  const server = database === 'sqlite' ? await DaemonServer.start() : await ChildServer.start(database)
  await server.admin.addMachine({ ...machine, force: true })
  return server
}

class DaemonServer implements Server {
  readonly machine = machine
  #daemon: Daemon

  private constructor(daemon: Daemon) {
    this.#daemon = daemon
  }

  static async start(): Promise<DaemonServer> {
    return new DaemonServer(await Daemon.start({ config }))
  }

  get url(): string {
    return this.#daemon.url
  }

  get pid(): number {
    return pidOf(this.#daemon.process)
  }

  get admin(): AdminClient {
    return new AdminClient({ socketPath: join(this.#daemon.folder, 'state/admin.sock') })
  }

  command(...args: string[]): string[] {
    return [launcher, ...args, '-c', this.#daemon.configPath]
  }

  async stop(): Promise<void> {
    await this.#daemon.stop()
  }

  async startAgain(): Promise<void> {
    const { folder } = this.#daemon
    this.#daemon = await Daemon.launch({ folder, config })
    await this.#daemon.said(/is ready/, 120_000)
  }

  async remove(): Promise<void> {
    await this.#daemon.remove()
  }
}

class ChildServer implements Server {
  readonly machine = machine
  readonly admin: AdminClient
  url = ''
  readonly #folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-lapi-'))
  readonly #database: TemporaryPostgres | TemporaryMariadb
  readonly #store: string
  #child: ChildProcess | undefined

  private constructor(database: TemporaryPostgres | TemporaryMariadb) {
    this.#database = database
    this.#store = JSON.stringify({ url: database.createDatabase() })
    this.admin = new AdminClient({ socketPath: join(this.#folder, 'admin.sock') })
    mkdirSync(join(this.#folder, 'state'))
  }

  static async start(name: DatabaseName): Promise<ChildServer> {
    const database = name === 'postgresql' ? await TemporaryPostgres.start() : await TemporaryMariadb.start()
    const server = new ChildServer(database)
    await server.startAgain()
    return server
  }

  get pid(): number {
    return pidOf(this.#child)
  }

  command(...args: string[]): string[] {
    return [launcher, ...args, '-c', join(this.#folder, 'tocsin.yaml')]
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }

  async startAgain(): Promise<void> {
    const child = spawn(process.execPath, [servePath, this.#store, this.#folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    process.once('exit', () => child.kill('SIGKILL'))
    for await (const line of createInterface(child.stdout)) {
      this.url = line
      break
    }
    if (this.url === '') throw new Error('the Local API ended before it listened')
    const { machineId: login, password } = this.machine
    const whole = {
      ...config,
      state: join(this.#folder, 'state'),
      lapi: { enabled: false },
      client: { url: this.url, login, password },
    }
    writeFileSync(join(this.#folder, 'tocsin.yaml'), JSON.stringify(whole))
  }

  async remove(): Promise<void> {
    await this.stop()
    await this.#database.remove()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function pidOf(child: ChildProcess | undefined): number {
  if (child?.pid === undefined) throw new Error('the Local API does not run')
  return child.pid
}
