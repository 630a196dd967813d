import { sql } from 'kysely'
import pg from 'pg'
import type { Executor, Notices } from './dialect.ts'

const channel = 'tocsin_changes'
const retryMs = 1_000

/** Announcements by NOTIFY, heard on a connection of their own. */
export class PostgresNotices implements Notices {
  readonly #settings: pg.ClientConfig

  constructor(settings: pg.ClientConfig) {
    this.#settings = settings
  }

  async announce(executor: Executor): Promise<void> {
    await sql`select pg_notify(${channel}, '')`.execute(executor)
  }

  listen(heard: () => void): { stop(): Promise<void> } {
    const listener = new Listener(this.#settings, heard)
    return { stop: async () => await listener.stop() }
  }
}

class Listener {
  readonly #settings: pg.ClientConfig
  readonly #heard: () => void
  #client: pg.Client | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(settings: pg.ClientConfig, heard: () => void) {
    this.#settings = settings
    this.#heard = heard
    void this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#client?.end().catch(() => {})
  }

  /** While the server is away it is asked again and again; whoever listens looks by itself meanwhile. */
  async #connect(): Promise<void> {
    const client = new pg.Client(this.#settings)
    this.#client = client
    let lost = false
    const lose = () => {
      if (lost) return
      lost = true
      client.end().catch(() => {})
      if (!this.#stopped) this.#retry = setTimeout(() => void this.#connect(), retryMs).unref()
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', this.#heard)
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      // What was announced while nobody listened.
      this.#heard()
    } catch {
      lose()
    }
  }
}
