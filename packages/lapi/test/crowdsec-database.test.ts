import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AlertBatch,
  countAlerts,
  openCrowdsecDatabase,
  readAlerts,
  readAllowlists,
  readBouncers,
  readMachines,
} from '../src/crowdsec/index.ts'
import { rfc3339 } from '../src/crowdsec/row.ts'

/** The columns of CrowdSec 1.7's tables that the import looks at, and some others. */
const schema = `
  create table machines (id integer primary key autoincrement, created_at datetime, updated_at datetime, last_push datetime,
    last_heartbeat datetime, machine_id text not null, password text not null, ip_address text not null, scenarios text,
    version text, is_validated bool not null default false, auth_type text not null default 'password', osname text,
    featureflags text, hubstate json, datasources json);
  create table bouncers (id integer primary key autoincrement, created_at datetime, updated_at datetime, name text not null,
    api_key text not null, revoked bool not null, ip_address text, type text, version text, last_pull datetime,
    auth_type text not null default 'api-key', osname text, featureflags text, auto_created bool not null default false);
  create table alerts (id integer primary key autoincrement, created_at datetime, updated_at datetime, scenario text not null,
    bucket_id text, message text, events_count integer, started_at datetime, stopped_at datetime, source_ip text,
    source_range text, source_as_number text, source_as_name text, source_country text, source_latitude real,
    source_longitude real, source_scope text, source_value text, capacity integer, leak_speed text, scenario_version text,
    scenario_hash text, simulated bool not null default false, uuid text, remediation bool, kind text, machine_alerts integer);
  create table decisions (id integer primary key autoincrement, created_at datetime, updated_at datetime, until datetime,
    scenario text not null, type text not null, start_ip integer, end_ip integer, start_suffix integer, end_suffix integer,
    ip_size integer, scope text not null, value text not null, origin text not null, simulated bool not null default false,
    uuid text, alert_decisions integer);
  create table events (id integer primary key autoincrement, created_at datetime, time datetime not null,
    serialized text not null, alert_events integer);
  create table meta (id integer primary key autoincrement, created_at datetime, key text not null, value text not null,
    alert_metas integer);
  create table allow_lists (id integer primary key autoincrement, created_at datetime, updated_at datetime,
    name text not null, from_console bool not null, description text, allowlist_id text);
  create table allow_list_items (id integer primary key autoincrement, created_at datetime, updated_at datetime,
    expires_at datetime, comment text, value text not null, start_ip integer, end_ip integer);
  create table allow_list_allowlist_items (allow_list_id integer not null, allow_list_item_id integer not null,
    primary key (allow_list_id, allow_list_item_id));
`

const folder = mkdtempSync(join(tmpdir(), 'tocsin-crowdsec-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const now = Date.UTC(2026, 0, 15)
const inForce = '2026-01-15 10:00:00+00:00'
const ended = '2026-01-14 10:00:00+00:00'
const uuid = 'b5dd6f3c-3e55-4b0f-9b3e-0a2c7d6e1f00'

let path: string
let sql: DatabaseSync
let count = 0
beforeEach(() => {
  path = join(folder, `${count++}.db`)
  sql = new DatabaseSync(path)
  sql.exec(schema)
})
afterEach(() => sql.close())

function insert(table: string, row: Record<string, string | number | bigint | null>): void {
  const marks = Object.keys(row).map(() => '?')
  sql
    .prepare(`insert into ${table} (${Object.keys(row).join()}) values (${marks.join()})`)
    .run(...Object.values(row))
}

function insertAlert(id: number, more: Record<string, string | number | null> = {}): void {
  const times = { created_at: '2026-01-01 00:00:00.5+00:00', started_at: ended, stopped_at: ended }
  insert('alerts', {
    id,
    scenario: 'test/ssh',
    source_scope: 'Ip',
    source_value: '192.0.2.1',
    ...times,
    ...more,
  })
}

function insertDecision(
  alert: number | null,
  value: string,
  more: Record<string, string | number | bigint> = {},
): void {
  const target = { scope: 'Ip', value, start_ip: -9223372033633549814n, end_ip: -9223372033633549814n }
  const rest = {
    until: inForce,
    scenario: 'test/ssh',
    type: 'ban',
    origin: 'crowdsec',
    alert_decisions: alert,
  }
  insert('decisions', { ...target, ...rest, ...more })
}

async function alerts(): Promise<AlertBatch[]> {
  const database = await openCrowdsecDatabase(path)
  try {
    const batches: AlertBatch[] = []
    for await (const batch of readAlerts(database, now)) batches.push(batch)
    expect(batches.reduce((sum, { read }) => sum + read, 0)).toBe(await countAlerts(database))
    return batches
  } finally {
    await database.close()
  }
}

describe("CrowdSec's database", () => {
  it('gives an alert with its events, meta and decisions', async () => {
    insert('machines', { id: 7, machine_id: 'web-1', password: 'x', ip_address: '' })
    insertAlert(1, {
      uuid,
      kind: 'crowdsec',
      machine_alerts: 7,
      source_as_name: 'Example',
      source_latitude: 48.5,
    })
    insertDecision(1, '192.0.2.1', { simulated: 1, uuid })
    insert('events', { time: ended, serialized: '[{"key":"user","value":"root"}]', alert_events: 1 })
    insert('meta', { key: 'target', value: '["a"]', alert_metas: 1 })
    const [batch] = await alerts()
    expect(batch?.skipped).toEqual([])
    expect(batch?.alerts).toMatchObject([
      {
        uuid,
        kind: 'crowdsec',
        machine_id: 'web-1',
        created_at: '2026-01-01T00:00:00.5+00:00',
        source: { as_name: 'Example', latitude: 48.5 },
        events: [{ timestamp: '2026-01-14T10:00:00+00:00', meta: [{ key: 'user', value: 'root' }] }],
        meta: [{ key: 'target', value: '["a"]' }],
        decisions: [{ value: '192.0.2.1', simulated: true, uuid, until: '2026-01-15T10:00:00+00:00' }],
      },
    ])
  })

  it('names bad rows and gives the others', async () => {
    insertAlert(1, { created_at: 'yesterday' })
    insertAlert(2)
    insertDecision(2, '192.0.2.2', { until: 'soon' })
    insertDecision(2, '192.0.2.3')
    insertDecision(2, '192.0.2.4', { until: ended, origin: 'CAPI' })
    insert('events', { time: ended, serialized: '[{"key":"us', alert_events: 2 })
    insertAlert(3, { scenario: 'x'.repeat(5000) })
    const [batch] = await alerts()
    expect(batch?.alerts).toMatchObject([{ decisions: [{ value: '192.0.2.3' }], events: [] }])
    expect(batch?.endedListed).toBe(1)
    expect(batch?.skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'event 1 of alert 2: its meta was cut off: it is no JSON',
      "decision 1 on Ip 192.0.2.2: its until 'soon' is no time",
      "alert 1: its created_at 'yesterday' is no time",
      expect.stringMatching(/^alert 3: its scenario /) as string,
    ])
  })

  it('splits an alert of very many decisions the same way each time, whichever of them are left', async () => {
    insertAlert(1, { uuid })
    sql.exec('begin')
    for (let i = 0; i < 11_000; i++) insertDecision(1, `198.51.${i >> 8}.${i & 255}`, { origin: 'CAPI' })
    sql.exec('commit')
    const sizes = (batches: AlertBatch[]) =>
      batches.flatMap(({ alerts }) =>
        alerts.map(({ uuid, decisions }) => ({ uuid, count: decisions.length })),
      )
    const before = sizes(await alerts())
    expect(before.map(({ count }) => count)).toEqual([0, 4999, 5000, 1001])
    expect(before[0]?.uuid).toBe(uuid)
    sql.exec('delete from decisions where id < 100 or id > 9000')
    const after = sizes(await alerts())
    expect(after.map(({ count }) => count)).toEqual([0, 4900, 4001])
    expect(after.map(({ uuid }) => uuid)).toEqual(before.slice(0, 3).map(({ uuid }) => uuid))
  })

  it('keeps decisions in force whose alert is gone, each in an alert that is known again', async () => {
    insertDecision(null, '192.0.2.5')
    insertDecision(null, '192.0.2.6', { until: ended })
    const [first] = (await alerts()).flatMap((batch) => batch.alerts)
    expect(first).toMatchObject({ source: { value: '192.0.2.5' }, decisions: [{ value: '192.0.2.5' }] })
    const [again, ...others] = (await alerts()).flatMap((batch) => batch.alerts)
    expect(again?.uuid).toBe(first?.uuid)
    expect(others).toEqual([])
  })

  it('gives bouncers, machines and allowlists', async () => {
    const api_key = 'a'.repeat(128)
    insert('bouncers', { name: 'fw', api_key, revoked: 0 })
    insert('bouncers', {
      name: 'fw@192.0.2.1',
      api_key,
      revoked: 0,
      auto_created: 1,
      ip_address: '192.0.2.1',
    })
    insert('bouncers', { name: 'cert', api_key: '', revoked: 0, auth_type: 'tls' })
    insert('bouncers', { name: 'old', api_key, revoked: 1 })
    insert('bouncers', { name: 'plain', api_key: 'not hashed', revoked: 0 })
    const password = `$2a$10$${'x'.repeat(53)}`
    insert('machines', { machine_id: 'web-1', password, ip_address: '', is_validated: 1 })
    insert('machines', { machine_id: 'web-2', password: 'plain', ip_address: '' })
    insert('allow_lists', { id: 3, name: 'mine', from_console: 0, description: 'ours' })
    insert('allow_list_items', { id: 5, value: '192.0.2.0/24', comment: 'office', created_at: ended })
    insert('allow_list_items', { id: 6, value: '192.0.2.9', expires_at: inForce })
    insert('allow_list_items', { id: 8, value: '192.0.2.8', expires_at: '0001-01-01 00:00:00+00:00' })
    for (const item of [5, 6, 8])
      insert('allow_list_allowlist_items', { allow_list_id: 3, allow_list_item_id: item })
    const database = await openCrowdsecDatabase(path)
    const bouncers = await readBouncers(database)
    expect(bouncers.records.map(({ name, auto_created }) => `${name} ${auto_created}`)).toEqual([
      'fw false',
      'fw@192.0.2.1 true',
      'cert false',
    ])
    expect(bouncers.skipped.map(({ name }) => name)).toEqual(['bouncer old', 'bouncer plain'])
    const machines = await readMachines(database)
    expect(machines.records).toMatchObject([
      { machine_id: 'web-1', password_hash: password, is_validated: true },
    ])
    expect(machines.skipped.map(({ name }) => name)).toEqual(['machine web-2'])
    expect(await readAllowlists(database)).toEqual({
      records: [
        {
          name: 'mine',
          description: 'ours',
          items: [
            { value: '192.0.2.0/24', comment: 'office', created_at: '2026-01-14T10:00:00+00:00' },
            { value: '192.0.2.9', comment: '', expires_at: '2026-01-15T10:00:00+00:00' },
            { value: '192.0.2.8', comment: '' },
          ],
        },
      ],
      skipped: [],
    })
    await database.close()
  })

  it('is told from other databases, and from none', async () => {
    await expect(openCrowdsecDatabase(join(folder, 'none.db'))).rejects.toMatchObject({
      code: 'CROWDSEC_DATABASE_UNREADABLE',
    })
    sql.exec('alter table machines rename column machine_id to name')
    await expect(openCrowdsecDatabase(path)).rejects.toMatchObject({ code: 'CROWDSEC_OTHER_DATABASE' })
    const away = openCrowdsecDatabase('postgres://user:secret@127.0.0.1:1/crowdsec')
    await expect(away).rejects.toThrow(/^cannot read the database postgres:\/\/127\.0\.0\.1:1\/crowdsec: /)
  })
})

it('times of databases are read as they are written', () => {
  expect(rfc3339('2026-11-22 21:00:58.43296612+00:00')).toBe('2026-11-22T21:00:58.43296612+00:00')
  expect(rfc3339('2026-11-22 21:00:58')).toBe('2026-11-22T21:00:58Z')
  expect(rfc3339('2026-11-22 21:00:58.5+02')).toBe('2026-11-22T21:00:58.5+02:00')
  expect(rfc3339('2026-11-22 21:00:58.5 +0200 CEST m=+0.015')).toBe('2026-11-22T21:00:58.5+02:00')
  expect(rfc3339('2026-11-22 21:00:58 +0000 UTC')).toBe('2026-11-22T21:00:58+00:00')
  expect(rfc3339('infinity')).toBeNull()
})
