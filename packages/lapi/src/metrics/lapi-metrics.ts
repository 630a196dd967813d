import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Histogram, Registry } from 'prom-client'
import type { App } from '../server/app.ts'
import { type CountedState, stateMetrics } from './state-metrics.ts'

/** `aggregated` leaves out what has a label for each machine, bouncer or decision; `none` counts nothing. */
export type MetricsLevel = 'none' | 'aggregated' | 'full'

/** The names of parameters in the patterns of routes, as dashboards know them. */
const routeNames: Readonly<Record<string, string>> = {
  '/v1/alerts/:id': '/v1/alerts/:alert_id',
  '/v1/decisions/:id': '/v1/decisions/:decision_id',
  '/v1/allowlists/:name': '/v1/allowlists/:allowlist_name',
  '/v1/allowlists/check/:ip': '/v1/allowlists/check/:ip_or_range',
}

/**
 * What the Local API counts, in the names of CrowdSec's dashboards, and what it is at the moment of asking.
 * Source: CrowdSec's metrics of the Local API.
 */
export class LapiMetrics {
  readonly #registry = new Registry()
  readonly #level: MetricsLevel
  readonly #routes: Counter<'route' | 'method'>
  readonly #machines: Counter<'machine' | 'route' | 'method'>
  readonly #bouncers: Counter<'bouncer' | 'route' | 'method'>
  readonly #found: Counter<'bouncer'>
  readonly #notFound: Counter<'bouncer'>
  readonly #durations: Histogram<'endpoint' | 'method'>

  constructor(level: MetricsLevel) {
    this.#level = level
    const counter = <T extends string>(name: string, help: string, labelNames: T[], wanted: MetricsLevel) =>
      new Counter({ name, help, labelNames, registers: this.#reports(wanted) ? [this.#registry] : [] })
    const by = ['route', 'method'] as const
    this.#routes = counter('cs_lapi_route_requests_total', 'Requests by route', [...by], 'aggregated')
    this.#machines = counter(
      'cs_lapi_machine_requests_total',
      'Requests of machines',
      ['machine', ...by],
      'full',
    )
    this.#bouncers = counter(
      'cs_lapi_bouncer_requests_total',
      'Requests of bouncers',
      ['bouncer', ...by],
      'full',
    )
    this.#found = counter('cs_lapi_decisions_ok_total', 'Live queries with a decision', ['bouncer'], 'full')
    this.#notFound = counter('cs_lapi_decisions_ko_total', 'Live queries without one', ['bouncer'], 'full')
    this.#durations = new Histogram({
      name: 'cs_lapi_request_duration_seconds',
      help: 'How long requests took',
      labelNames: ['endpoint', 'method'],
      registers: this.#reports('full') ? [this.#registry] : [],
    })
  }

  /** Counts every request of the app. */
  watch(app: App): void {
    if (this.#level === 'none') return
    app.addHook('onResponse', (request, reply, done) => {
      this.#count(request, reply)
      done()
    })
  }

  /** Notes whether a live query of a bouncer found a decision. */
  noteLiveQuery(bouncer: string, found: boolean): void {
    ;(found ? this.#found : this.#notFound).inc({ bouncer })
  }

  /** Everything as text, for the answer of `/metrics`; its type is `metricsType`. */
  async text(state: CountedState): Promise<string> {
    if (this.#level === 'none') return ''
    const now = await stateMetrics(state, this.#level === 'full')
    return `${await this.#registry.metrics()}\n${now}`
  }

  #reports(wanted: MetricsLevel): boolean {
    return this.#level === 'full' || this.#level === wanted
  }

  #count(request: FastifyRequest, reply: FastifyReply): void {
    const { url } = request.routeOptions
    const route = url === undefined ? 'invalid-endpoint' : (routeNames[url] ?? url)
    const { method } = request
    this.#routes.inc({ route, method })
    if (url === undefined) return
    if (request.machine !== '') this.#machines.inc({ machine: request.machine, route, method })
    if (request.bouncer) this.#bouncers.inc({ bouncer: request.bouncer.name, route, method })
    this.#durations.observe({ endpoint: route, method }, reply.elapsedTime / 1000)
  }
}

/** The media type of the text. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE
