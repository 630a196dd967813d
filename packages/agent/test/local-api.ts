import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WireAlert } from '@tocsin/model'
import { onTestFinished } from 'vitest'

/** A Local API over real HTTP that remembers what it was sent; it can be away, refuse, or lose its answers. */
export class FakeLocalApi {
  /** In the order of arrival; an alert whose uuid is known already is counted and not kept. */
  readonly alerts: WireAlert[] = []
  repeated = 0
  requests = 0
  /** Answers instead of taking alerts. */
  refuse: ((alerts: readonly WireAlert[]) => { status: number; message: string } | null) | null = null
  /** Takes the alerts and breaks the connection before the answer. */
  losesAnswers = false
  readonly #known = new Set<string>()
  #server: Server | null = null
  #port = 0

  static async start(): Promise<FakeLocalApi> {
    const api = new FakeLocalApi()
    await api.up()
    onTestFinished(() => api.down())
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get messages(): string[] {
    return this.alerts.map(({ message }) => message)
  }

  /** Listens, on the port that it had before. */
  async up(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (!server) return
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : null
    if (request.url === '/v1/watchers/login') {
      const expire = new Date(Date.now() + 3_600_000).toISOString()
      return json(response, 200, { code: 200, expire, token: 'token' })
    }
    if (request.url !== '/v1/alerts') return json(response, 200, null)
    this.requests++
    const alerts = body as WireAlert[]
    const refusal = this.refuse?.(alerts)
    if (refusal) return json(response, refusal.status, { message: refusal.message })
    for (const alert of alerts) this.#take(alert)
    if (this.losesAnswers) response.destroy()
    else
      json(
        response,
        201,
        alerts.map((_, index) => String(index + 1)),
      )
  }

  #take(alert: WireAlert): void {
    const uuid = alert.uuid ?? ''
    if (this.#known.has(uuid)) {
      this.repeated++
      return
    }
    this.#known.add(uuid)
    this.alerts.push(alert)
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
