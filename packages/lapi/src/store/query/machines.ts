import type { Selectable } from 'kysely'
import type { Dialect } from '../dialect/dialect.ts'
import type { MachineTable } from '../schema.ts'
import type { Machine, MachineAuth, MachineStore, NewMachine, UsageReport } from '../store.ts'
import type { Changes } from './changes.ts'
import { fromJson, inSlices } from './column.ts'

/** Some at a time: the rest has its turn the next time. */
const staleSize = 500

export class Machines implements MachineStore {
  readonly #dialect: Dialect
  readonly #changes: Changes

  constructor(dialect: Dialect, changes: Changes) {
    this.#dialect = dialect
    this.#changes = changes
  }

  async add(machine: NewMachine, replace = false): Promise<boolean> {
    const row = {
      name: machine.name,
      password_hash: machine.passwordHash,
      auth_type: machine.authType ?? 'password',
      validated: machine.validated ? 1 : 0,
      address: machine.address,
      updated_at: machine.at,
    }
    const empty = {
      version: '',
      scenarios: '[]',
      os: '',
      feature_flags: '[]',
      datasources: '{}',
      hub_items: '{}',
    }
    try {
      await this.#dialect.kysely
        .insertInto('machines')
        .values({ ...row, ...empty, created_at: machine.at })
        .execute()
      return true
    } catch (error) {
      if (!this.#dialect.isDuplicate(error)) throw error
    }
    if (!replace) return false
    return (await this.#update(machine.name, row)) > 0
  }

  async get(name: string): Promise<Machine | null> {
    const row = await this.#dialect.kysely
      .selectFrom('machines')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    return row ? toMachine(row) : null
  }

  async list(): Promise<Machine[]> {
    const rows = await this.#dialect.kysely.selectFrom('machines').selectAll().orderBy('id').execute()
    return rows.map(toMachine)
  }

  async countPending(): Promise<number> {
    const row = await this.#dialect.kysely
      .selectFrom('machines')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('validated', '=', 0)
      .executeTakeFirst()
    return row?.count ?? 0
  }

  async stale(authType: MachineAuth, heardUntil: number): Promise<string[]> {
    const rows = await this.#dialect.kysely
      .selectFrom('machines')
      .select('name')
      .where('auth_type', '=', authType)
      .where('last_heartbeat_at', '<=', heardUntil)
      .where('address', 'not in', ['127.0.0.1', '::1'])
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('alerts').select('alerts.id').whereRef('machine_id', '=', 'machines.id'))),
      )
      .limit(staleSize)
      .execute()
    return rows.map(({ name }) => name)
  }

  async validate(name: string, at: number): Promise<boolean> {
    return (await this.#update(name, { validated: 1, updated_at: at })) > 0
  }

  async delete(names: readonly string[]): Promise<number> {
    return await this.#dialect.kysely.transaction().execute(async (transaction) => {
      let deleted = 0
      for (const slice of inSlices(names, 500)) {
        const result = await transaction.deleteFrom('machines').where('name', 'in', slice).executeTakeFirst()
        deleted += Number(result.numDeletedRows)
      }
      if (deleted > 0) await this.#changes.record(transaction, { kind: 'access' })
      return deleted
    })
  }

  async replaceHash(name: string, oldHash: string, newHash: string): Promise<void> {
    await this.#dialect.kysely
      .updateTable('machines')
      .set({ password_hash: newHash })
      .where('name', '=', name)
      .where('password_hash', '=', oldHash)
      .execute()
  }

  async recordLogin(
    name: string,
    login: { address: string; version: string; scenarios: readonly string[] | null; at: number },
  ): Promise<void> {
    await this.#update(name, {
      address: login.address,
      version: login.version,
      updated_at: login.at,
      ...(login.scenarios === null ? {} : { scenarios: JSON.stringify(login.scenarios) }),
    })
  }

  async recordHeartbeat(name: string, at: number): Promise<void> {
    await this.#update(name, { last_heartbeat_at: at })
  }

  async recordPush(name: string, at: number): Promise<void> {
    await this.#update(name, { last_push_at: at })
  }

  async recordUsage(name: string, report: UsageReport, at: number): Promise<void> {
    await this.#update(name, {
      os: report.os,
      version: report.version,
      feature_flags: JSON.stringify(report.featureFlags),
      datasources: JSON.stringify(report.datasources ?? {}),
      hub_items: report.hubItems ?? '{}',
      updated_at: at,
    })
  }

  async #update(name: string, changes: Partial<Selectable<MachineTable>>): Promise<number> {
    const result = await this.#dialect.kysely
      .updateTable('machines')
      .set(changes)
      .where('name', '=', name)
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }
}

function toMachine(row: Selectable<MachineTable>): Machine {
  return {
    id: row.id,
    name: row.name,
    passwordHash: row.password_hash,
    authType: row.auth_type,
    validated: row.validated === 1,
    address: row.address,
    version: row.version,
    scenarios: fromJson(row.scenarios) as string[],
    os: row.os,
    featureFlags: fromJson(row.feature_flags) as string[],
    datasources: fromJson(row.datasources) as Record<string, number>,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastPushAt: row.last_push_at,
    lastHeartbeatAt: row.last_heartbeat_at,
  }
}
