import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import { describeDatabases } from './databases.ts'
import { newAlert, storeContract } from './store-contract.ts'

storeContract('sqlite in memory', async () => await openStore({ path: ':memory:' }))
describeDatabases((database) => {
  storeContract(database.name, async () => await openStore(database.create()))

  it(`is brought up to date by several at once, on ${database.name}`, async () => {
    if (database.name === 'sqlite') return
    const place = database.create()
    const stores = await Promise.all([1, 2, 3].map(async () => await openStore(place)))
    const [first, second] = stores
    await first?.alerts.insert([newAlert('192.0.2.1')])
    const page = { limit: 9, order: 'asc', withDecisions: true } as const
    expect(await second?.alerts.page({}, page)).toHaveLength(1)
    for (const store of stores) await store.close()
  })
})

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'tocsin-store-'))
}

it('finds everything again after it was closed', async () => {
  const path = join(folder(), 'made', 'here', 'tocsin.db')
  const first = await openStore({ path })
  const [stored] = await first.alerts.insert([newAlert('192.0.2.1')])
  await first.close()
  const second = await openStore({ path })
  expect(await second.alerts.get(stored?.id ?? 0)).toEqual(stored)
  await second.close()
})

it('is refused while another holds the database', async () => {
  const path = join(folder(), 'tocsin.db')
  const first = await openStore({ path })
  await expect(openStore({ path })).rejects.toMatchObject({ code: 'LAPI_DATABASE_IN_USE' })
  await first.close()
})

it('says what is wrong with the folder or the file', async () => {
  const path = join(folder(), 'tocsin.db')
  writeFileSync(path, 'this is no database, '.repeat(100))
  await expect(openStore({ path })).rejects.toMatchObject({
    code: 'LAPI_DATABASE_UNREADABLE',
    hint: expect.stringContaining('backup'),
  })
  const blocked = join(folder(), 'file')
  writeFileSync(blocked, '')
  await expect(openStore({ path: join(blocked, 'tocsin.db') })).rejects.toMatchObject({
    code: 'LAPI_STATE_NOT_WRITABLE',
    message: expect.stringContaining(blocked),
    hint: expect.stringContaining('`state`'),
  })
})

it('refuses a database that a newer version has changed', async () => {
  const path = join(folder(), 'tocsin.db')
  await (await openStore({ path })).close()
  const database = new DatabaseSync(path)
  database.exec("insert into kysely_migration values ('9999-future', '2099-01-01')")
  database.close()
  await expect(openStore({ path })).rejects.toMatchObject({ code: 'LAPI_DATABASE_NEWER' })
})

it('makes its folder for the owner alone', async () => {
  const state = join(folder(), 'state')
  await (await openStore({ path: join(state, 'tocsin.db') })).close()
  expect(statSync(state).mode & 0o777).toBe(0o700)
})
