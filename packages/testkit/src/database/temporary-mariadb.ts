import { join } from 'node:path'
import { freePort } from '../daemon.ts'
import { ServerProcess } from './server-process.ts'

/** A MariaDB server of its own, which ends with the tests that started it. */
export class TemporaryMariadb {
  readonly #process: ServerProcess
  #databases = 0

  private constructor(process: ServerProcess) {
    this.#process = process
  }

  static async start(): Promise<TemporaryMariadb> {
    const process = new ServerProcess('mariadb', await freePort(), ['mysql', 'nobody'])
    const server = new TemporaryMariadb(process)
    const data = `--datadir=${join(process.folder, 'data')}`
    const account = '--auth-root-authentication-method=normal'
    process.run('mariadb-install-db', [
      '--no-defaults',
      data,
      account,
      '--skip-test-db',
      '--skip-name-resolve',
    ])
    await server.startAgain()
    return server
  }

  /** Makes an empty database and answers its URL. */
  createDatabase(): string {
    const name = `test${++this.#databases}`
    this.sql(`create database ${name}`)
    return `mysql://root@127.0.0.1:${this.#process.port}/${name}`
  }

  /** Runs a statement as an administrator and answers what the client prints of it. */
  sql(statement: string): string {
    const socket = join(this.#process.folder, 'mariadb.sock')
    return this.#process.run('mariadb', ['--no-defaults', `--socket=${socket}`, '-uroot', '-BNe', statement])
  }

  /** Ends the server as at a shutdown of the machine. */
  async stop(): Promise<void> {
    await this.#process.stop('SIGTERM')
  }

  async startAgain(): Promise<void> {
    const { folder, port } = this.#process
    await this.#process.start('mariadbd', [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 'mariadb.sock')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-buffer-pool-size=32M',
      '--skip-name-resolve',
    ])
  }

  async remove(): Promise<void> {
    await this.#process.stop('SIGKILL')
    this.#process.remove()
  }
}
