import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import {
  describeNeeding,
  needPostgres,
  needProgram,
  TemporaryMariadb,
  TemporaryPostgres,
} from '../../testkit/src/index.ts'
import type { StoreOptions } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A kind of database with a place for each test. Servers run while the tests of one file do. */
export interface Database {
  readonly name: 'sqlite' | 'postgresql' | 'mysql'
  /** A new, empty database. */
  create(): StoreOptions
  /** Ends the server and starts it again; nothing for a file. */
  stop(): Promise<void>
  startAgain(): Promise<void>
}

/** Declares tests for each kind of database: real servers, skipped loudly where one is missing. */
export function describeDatabases(tests: (database: Database) => void): void {
  tests(sqlite)
  describeNeeding([needPostgres()], 'on PostgreSQL', () => {
    tests(withServer('postgresql', async () => await TemporaryPostgres.start()))
  })
  describeNeeding([needProgram('mariadbd', 'mariadb-server')], 'on MariaDB', () => {
    tests(withServer('mysql', async () => await TemporaryMariadb.start()))
  })
}

const sqlite: Database = {
  name: 'sqlite',
  create: () => ({ path: join(temporaryFolder(), 'tocsin.db') }),
  stop: async () => {},
  startAgain: async () => {},
}

function withServer(
  name: Database['name'],
  start: () => Promise<TemporaryPostgres | TemporaryMariadb>,
): Database {
  let server: TemporaryPostgres | TemporaryMariadb | undefined
  const running = () => {
    if (!server) throw new Error('the server runs only while tests do')
    return server
  }
  beforeAll(async () => {
    server = await start()
  }, 90_000)
  afterAll(async () => await server?.remove())
  return {
    name,
    create: () => ({ url: running().createDatabase() }),
    stop: async () => await running().stop(),
    startAgain: async () => await running().startAgain(),
  }
}
