import { join } from 'node:path'
import { freePort } from '../daemon.ts'
import type { Need } from '../need.ts'
import { newestVersion, ServerProcess } from './server-process.ts'

const debianFolder = '/usr/lib/postgresql'

/** A PostgreSQL server that can be started. Debian keeps its programs off the PATH. */
export function needPostgres(): Need {
  return {
    what: 'a PostgreSQL server',
    howToGet: 'apt-get install postgresql',
    met: newestVersion(debianFolder, 'bin/postgres') !== undefined,
  }
}

/** A PostgreSQL server of its own, which ends with the tests that started it. */
export class TemporaryPostgres {
  readonly #process: ServerProcess
  readonly #programs: string
  #databases = 0

  private constructor(process: ServerProcess, programs: string) {
    this.#process = process
    this.#programs = programs
  }

  static async start(): Promise<TemporaryPostgres> {
    const postgres = newestVersion(debianFolder, 'bin/postgres')
    if (postgres === undefined) throw new Error('cannot start PostgreSQL: it is not installed')
    const process = new ServerProcess('postgres', await freePort(), ['postgres', 'nobody'])
    const server = new TemporaryPostgres(process, join(postgres, '..'))
    const data = join(process.folder, 'data')
    const options = ['-U', 'tocsin', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions']
    process.run(join(server.#programs, 'initdb'), ['-D', data, ...options])
    await server.startAgain()
    return server
  }

  /** Makes an empty database and answers its URL. */
  createDatabase(): string {
    const name = `test${++this.#databases}`
    this.sql(`create database ${name} template template0`)
    return `postgres://tocsin@127.0.0.1:${this.#process.port}/${name}`
  }

  /** Runs a statement as an administrator and answers what psql prints of it. */
  sql(statement: string, database = 'postgres'): string {
    const place = ['-h', '127.0.0.1', '-p', String(this.#process.port), '-U', 'tocsin', '-d', database]
    return this.#process.run(join(this.#programs, 'psql'), [...place, '-qAt', '-c', statement])
  }

  /** Ends the server as at a shutdown of the machine: who is connected is thrown out. */
  async stop(): Promise<void> {
    await this.#process.stop('SIGINT')
  }

  async startAgain(): Promise<void> {
    const { folder, port } = this.#process
    const data = join(folder, 'data')
    const settings = ['fsync=off', 'shared_buffers=32MB', 'max_connections=60']
    await this.#process.start(join(this.#programs, 'postgres'), [
      '-D',
      data,
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-k',
      folder,
      ...settings.flatMap((setting) => ['-c', setting]),
    ])
    await this.#ready()
  }

  async remove(): Promise<void> {
    await this.#process.stop('SIGQUIT')
    this.#process.remove()
  }

  /** The port is open before the server takes statements. */
  async #ready(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        this.sql('select 1')
        return
      } catch (error) {
        if (attempt > 100) throw error
        await new Promise((done) => setTimeout(done, 100))
      }
    }
  }
}
