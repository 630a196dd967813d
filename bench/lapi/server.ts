import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AdminClient } from '../../packages/client/src/index.ts'
import { Daemon } from '../../packages/testkit/src/daemon.ts'
import { TemporaryMariadb } from '../../packages/testkit/src/database/temporary-mariadb.ts'
import { TemporaryPostgres } from '../../packages/testkit/src/database/temporary-postgres.ts'
import type { DatabaseName } from './databases.ts'

type DatabaseServer = TemporaryPostgres | TemporaryMariadb

const launcher = fileURLToPath(new URL('../../packages/cli/bin/tocsin.js', import.meta.url))
/** A million decisions take longer to read than a test would wait. */
const startMs = 180_000

/** `tocsin run` with nothing but the Local API, which can be ended and started again on the same database. */
export class Server {
  /** What logs a machine in. */
  readonly machine = { machineId: 'bench', password: 'a password of the bench' }
  readonly #database: DatabaseServer | null
  readonly #config: Record<string, unknown>
  #daemon: Daemon

  private constructor(daemon: Daemon, config: Record<string, unknown>, database: DatabaseServer | null) {
    this.#daemon = daemon
    this.#config = config
    this.#database = database
  }

  /** Starts it on an empty database, with a database server of its own where it needs one. */
  static async start(name: DatabaseName): Promise<Server> {
    const database = await startDatabase(name)
    const config = {
      agent: { enabled: false },
      ...(database ? { lapi: { database: database.createDatabase() } } : {}),
    }
    const server = new Server(await Daemon.start({ config }), config, database)
    await server.admin.addMachine({ ...server.machine, force: true })
    return server
  }

  get url(): string {
    return this.#daemon.url
  }

  get pid(): number {
    const { pid } = this.#daemon.process
    if (pid === undefined) throw new Error('the Local API does not run')
    return pid
  }

  get admin(): AdminClient {
    return new AdminClient({ socketPath: join(this.#daemon.folder, 'state/admin.sock') })
  }

  /** The program and the arguments of a command for this server. */
  command(...args: string[]): string[] {
    return [launcher, ...args, '-c', this.#daemon.configPath]
  }

  async stop(): Promise<void> {
    await this.#daemon.stop()
  }

  async startAgain(): Promise<void> {
    const { folder } = this.#daemon
    this.#daemon = await Daemon.launch({ folder, config: this.#config })
    await this.#daemon.said(/is ready/, startMs)
  }

  /** Ends the processes and removes the files. */
  async remove(): Promise<void> {
    await this.stop()
    await this.#database?.remove()
    rmSync(this.#daemon.folder, { recursive: true, force: true })
  }
}

async function startDatabase(name: DatabaseName): Promise<DatabaseServer | null> {
  if (name === 'sqlite') return null
  return name === 'postgresql' ? await TemporaryPostgres.start() : await TemporaryMariadb.start()
}
