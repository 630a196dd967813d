import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { Migrator } from 'kysely'
import { openSqlite } from '../src/store/dialect/sqlite.ts'
import { migrations } from '../src/store/migration/index.ts'
import { openStore } from '../src/store/open-store.ts'
import { describeDatabases } from './databases.ts'
import { storeContract } from './store-contract.ts'
import { newAlert } from './store-contract/records.ts'
import { temporaryFolder } from './temporary-folder.ts'

storeContract('sqlite in memory', async () => await openStore({ path: ':memory:' }))
describeDatabases((database) => {
  storeContract(database.name, async () => await openStore(database.create()))

  it(`is told from every other one, on ${database.name}`, async () => {
    const place = database.create()
    const identities: string[] = []
    for (const each of [place, place, database.create()]) {
      const store = await openStore(each)
      identities.push(store.identity)
      await store.close()
    }
    const [first, again, other] = identities
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it(`is brought up to date by several at once, on ${database.name}`, async () => {
    if (database.name === 'sqlite') return
    const place = database.create()
    const stores = await Promise.all([1, 2, 3].map(async () => await openStore(place)))
    const [first, second] = stores
    await first?.alerts.insert([newAlert('192.0.2.1')])
    const page = { limit: 9, order: 'asc', withDecisions: true } as const
    expect(await second?.alerts.page({}, page)).toHaveLength(1)
    expect(second?.identity).toBe(first?.identity)
    for (const store of stores) await store.close()
  })
})

const { columns: sqliteColumns } = openSqlite(':memory:')

it('finds everything again after it was closed', async () => {
  const path = join(temporaryFolder(), 'made', 'here', 'tocsin.db')
  const first = await openStore({ path })
  const [stored] = await first.alerts.insert([newAlert('192.0.2.1')])
  await first.close()
  const second = await openStore({ path })
  expect(await second.alerts.get(stored?.id ?? 0)).toEqual(stored)
  await second.close()
})

it('is refused while another holds the database', async () => {
  const path = join(temporaryFolder(), 'tocsin.db')
  const first = await openStore({ path })
  await expect(openStore({ path })).rejects.toMatchObject({ code: 'LAPI_DATABASE_IN_USE' })
  await first.close()
})

it('says what is wrong with the folder or the file', async () => {
  const path = join(temporaryFolder(), 'tocsin.db')
  writeFileSync(path, 'this is no database, '.repeat(100))
  await expect(openStore({ path })).rejects.toMatchObject({
    code: 'LAPI_DATABASE_UNREADABLE',
    hint: expect.stringContaining('backup'),
  })
  const blocked = join(temporaryFolder(), 'file')
  writeFileSync(blocked, '')
  await expect(openStore({ path: join(blocked, 'tocsin.db') })).rejects.toMatchObject({
    code: 'LAPI_STATE_NOT_WRITABLE',
    message: expect.stringContaining(blocked),
    hint: expect.stringContaining('`state`'),
  })
})

it('refuses a database that a newer version has changed', async () => {
  const path = join(temporaryFolder(), 'tocsin.db')
  await (await openStore({ path })).close()
  const database = new DatabaseSync(path)
  database.exec("insert into kysely_migration values ('9999-future', '2099-01-01')")
  database.close()
  await expect(openStore({ path })).rejects.toMatchObject({ code: 'LAPI_DATABASE_NEWER' })
})

it('brings a database of every version before up to date, and keeps what is in it', async () => {
  const names = Object.keys(migrations(sqliteColumns))
  for (const [index, name] of names.entries()) {
    const path = join(temporaryFolder(), 'tocsin.db')
    const { kysely } = openSqlite(path)
    const known = migrations(sqliteColumns)
    const provider = { getMigrations: async () => await Promise.resolve(known) }
    const { error } = await new Migrator({ db: kysely, provider }).migrateTo(name)
    expect(error).toBeUndefined()
    const machine = {
      name: `of ${index}`,
      password_hash: 'h',
      auth_type: 'password',
      validated: 1,
      address: '',
    }
    const empty = {
      version: '',
      scenarios: '[]',
      os: '',
      feature_flags: '[]',
      datasources: '{}',
      hub_items: '{}',
    }
    await kysely
      .insertInto('machines')
      .values({ ...machine, ...empty, created_at: 1, updated_at: 1 })
      .execute()
    await kysely.destroy()
    const store = await openStore({ path })
    expect((await store.machines.list()).map((each) => each.name)).toEqual([`of ${index}`])
    await store.alerts.insert([newAlert('192.0.2.1')])
    await store.close()
  }
})

it.each(['nonsense', 'http://x/y', 'postgres', ''])('refuses %j for a database', async (url) => {
  await expect(openStore({ url })).rejects.toMatchObject({ code: 'LAPI_BAD_DATABASE_URL' })
})

it('makes its folder for the owner alone', async () => {
  const state = join(temporaryFolder(), 'state')
  await (await openStore({ path: join(state, 'tocsin.db') })).close()
  expect(statSync(state).mode & 0o777).toBe(0o700)
})
