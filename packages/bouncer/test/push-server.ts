import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BouncerClient } from '@tocsin/client'
import type { WireDecision } from '@tocsin/model'

interface Change {
  new: WireDecision[]
  deleted: WireDecision[]
}

/** What was asked for, by whom and how it was answered. */
interface Asked {
  push: boolean
  startup: boolean
  lastEventId: string | undefined
  cursor: string | undefined
}

export function ban(id: number, value: string, duration = '1h0m0s'): WireDecision {
  const scope = value.includes('/') ? 'Range' : 'Ip'
  return { id, origin: 'cscli', scenario: 'test/bf', scope, type: 'ban', value, duration }
}

const pieceSize = 1000

/** A real server that pushes decisions as the Local API does, with the faults that a test asks for. */
export class PushServer {
  /** Where it listens, or did. */
  port = 0
  readonly asked: Asked[] = []
  readonly open = new Set<ServerResponse>()
  readonly held = new Map<number, WireDecision>()
  /** False answers as a server does that knows no push. */
  pushes = true
  /** Cuts every push connection off after this many bytes; null never does. */
  cutAfter: number | null = null
  /** Awaited before `ready` is sent. */
  beforeReady: () => Promise<void> = () => Promise.resolve()
  /** Answers in place of the server; true where it did. */
  instead: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
  readonly #cut = new WeakSet<ServerResponse>()
  #changes: Change[] = []
  #epoch = 1
  #server: Server = this.#create()

  static async start(): Promise<PushServer> {
    const server = new PushServer()
    await server.listen(0)
    return server
  }

  client(key = 'good'): BouncerClient {
    return new BouncerClient({ url: `http://127.0.0.1:${this.port}`, key })
  }

  async listen(port: number): Promise<void> {
    this.#server = this.#create()
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done))
    this.port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.drop()
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  /** Breaks all push connections off. */
  drop(): void {
    for (const response of this.open) response.destroy()
    this.open.clear()
  }

  /** Forgets what changed: cursors are worth nothing any more. */
  forget(): void {
    this.#epoch++
    this.#changes = []
  }

  ban(...decisions: WireDecision[]): void {
    for (const decision of decisions) this.held.set(decision.id ?? 0, decision)
    this.#change({ new: decisions, deleted: [] })
  }

  lift(id: number): void {
    const decision = this.held.get(id)
    this.held.delete(id)
    this.#change({ new: [], deleted: decision ? [{ ...decision, duration: '-1s' }] : [] })
  }

  #change(change: Change): void {
    this.#changes.push(change)
    for (const response of this.open) this.#write(response, this.#message(this.#changes.length, change))
  }

  #create(): Server {
    return createServer((request, response) => void this.#handle(request, response))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const push = searchParams.get('push') === 'true'
    const startup = searchParams.get('startup') === 'true'
    const lastEventId = request.headers['last-event-id'] as string | undefined
    const cursor = request.headers['x-tocsin-cursor'] as string | undefined
    this.asked.push({ push, startup, lastEventId, cursor })
    if (this.instead(request, response)) return
    if (push && this.pushes) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      await this.#push(response, lastEventId)
      return
    }
    response.setHeader('content-type', 'application/json')
    const all = startup ? Array.from(this.held.values()) : []
    response.end(JSON.stringify({ new: all, deleted: null }))
  }

  async #push(response: ServerResponse, lastEventId: string | undefined): Promise<void> {
    const [epoch, version] = (lastEventId ?? '').split(':').map(Number)
    const isKnown = epoch === this.#epoch && version !== undefined && version <= this.#changes.length
    if (isKnown) {
      const missed = this.#changes.slice(version)
      for (const [index, change] of missed.entries()) {
        this.#write(response, this.#message(version + index + 1, change))
      }
      this.open.add(response)
    } else {
      if (lastEventId !== undefined) this.#write(response, 'event: reset\ndata: {}\n\n')
      await this.#pushWhole(response)
    }
  }

  async #pushWhole(response: ServerResponse): Promise<void> {
    const version = this.#changes.length
    const gone = once(response, 'close')
    const all = Array.from(this.held.values())
    for (let at = 0; at < all.length; at += pieceSize) {
      const piece = this.#message(version, { new: all.slice(at, at + pieceSize), deleted: [] })
      if (!this.#write(response, piece)) {
        await Promise.race([once(response, 'drain'), gone])
      }
    }
    await this.beforeReady()
    this.#write(response, `id: ${this.#epoch}:${version}\nevent: ready\ndata: {}\n\n`)
    const missed = this.#changes.slice(version)
    for (const [index, change] of missed.entries()) {
      this.#write(response, this.#message(version + index + 1, change))
    }
    this.open.add(response)
  }

  #message(version: number, change: Change): string {
    return `id: ${this.#epoch}:${version}\nevent: decisions\ndata: ${JSON.stringify(change)}\n\n`
  }

  /** False where the connection is full. */
  #write(response: ServerResponse, text: string): boolean {
    if (response.destroyed || response.writableEnded || this.#cut.has(response)) return true
    if (this.cutAfter === null) return response.write(text)
    this.#cut.add(response)
    // Half the time as a proxy does that has enough, half the time as a slow reader is cut off.
    if (this.asked.length % 2 === 0) response.end(text.slice(0, this.cutAfter))
    else response.write(text.slice(0, this.cutAfter), () => response.destroy())
    return true
  }
}
