import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { IntakeCounts } from './ingest/intake.ts'
import type { LocalApi } from './local-api.ts'
import { AlertCounts } from './metrics/state-metrics.ts'
import type { Parts } from './parts.ts'
import type { App } from './server/app.ts'
import { closeListener, createListener, listenTcp, listenUnix } from './server/listener.ts'
import type { TlsOptions } from './server/tls.ts'

const saveEveryMs = 5_000

/** A Local API that is ready: its listeners, its timers, and its end. */
export class RunningLocalApi implements LocalApi {
  readonly adminToken: string
  readonly #app: App
  readonly #parts: Parts
  readonly #alertCounts: AlertCounts
  readonly #servers: Server[] = []
  readonly #saving: ReturnType<typeof setInterval>
  #saveFails = false

  constructor(app: App, parts: Parts) {
    this.#app = app
    this.#parts = parts
    this.adminToken = parts.adminToken
    this.#alertCounts = new AlertCounts(parts.services.store, parts.services.clock)
    this.#saving = setInterval(() => void this.#save(), saveEveryMs).unref()
    parts.services.push.start()
    parts.feed?.start()
    parts.retention.start()
    parts.notifications.start()
  }

  async listen(place: {
    host: string
    port: number
    tls?: TlsOptions
  }): Promise<{ host: string; port: number }> {
    const server = createListener((request, response) => this.#app.routing(request, response), place.tls)
    await listenTcp(server, place.host, place.port)
    this.#servers.push(server)
    return { host: place.host, port: (server.address() as AddressInfo).port }
  }

  async listenSocket(path: string, options: { mode?: number } = {}): Promise<void> {
    const server = createListener((request, response) => this.#app.routing(request, response))
    await listenUnix(server, path, options.mode ?? 0o660)
    this.#servers.push(server)
  }

  async adminSocket(path: string): Promise<void> {
    const server = createListener((request, response) => {
      this.#parts.access.allow(request)
      this.#app.routing(request, response)
    })
    await listenUnix(server, path, 0o600)
    this.#servers.push(server)
  }

  counts(): IntakeCounts & { activeDecisions: number } {
    return { ...this.#parts.services.intake.counts, activeDecisions: this.#parts.services.active.size }
  }

  async metrics(): Promise<string> {
    const { store, active, clock, metrics, failures, registrations, push, intake } = this.#parts.services
    return await metrics.text({
      store,
      active,
      clock,
      alerts: this.#alertCounts,
      own: {
        active_decisions: active.size,
        push_subscribers: push.size,
        refused_logins: failures.refused,
        refused_registrations: registrations.refused,
        sent_notifications: this.#parts.notifications.counts.sent,
        failed_notifications: this.#parts.notifications.counts.failed,
        dropped_notifications: this.#parts.notifications.counts.dropped,
        allowlisted_decisions: intake.counts.allowlistedDecisions,
        allowlisted_alerts: intake.counts.allowlistedAlerts,
        withheld_decisions: intake.counts.withheldDecisions,
        invalid_decisions: intake.counts.invalidDecisions,
        repeated_alerts: intake.counts.repeatedAlerts,
      },
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#saving)
    this.#parts.services.push.stop()
    await Promise.all(this.#servers.splice(0).map(closeListener))
    await this.#parts.retention.stop()
    await this.#parts.notifications.stop()
    await this.#parts.feed?.stop()
    await this.#app.close()
    await this.#save()
  }

  async #save(): Promise<void> {
    const { cursors, store, logger } = this.#parts.services
    try {
      await cursors.save(store)
      this.#saveFails = false
    } catch (error) {
      // Once for each time that the database is away, not every few seconds.
      if (this.#saveFails) return
      this.#saveFails = true
      logger.error(
        `cannot store the pulls of bouncers: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}
