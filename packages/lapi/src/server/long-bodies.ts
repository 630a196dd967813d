import type { FastifyRequest } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { App } from './app.ts'
import { Refusal } from './refusal.ts'

/** What is made of a body while it is worked on takes twenty times its length, and longer than it took to read. */
const longBody = 4 * 1024 * 1024

declare module 'fastify' {
  interface FastifyRequest {
    /** What it is answered with. */
    answer: ServerResponse
  }
}

/** Long bodies are worked on one after another: several at once would take memory as the sum of them. */
export class LongBodies {
  #last: Promise<void> = Promise.resolve()

  /** To be called before the routes are added. */
  watch(app: App): void {
    app.decorateRequest('answer')
    app.addHook('onRequest', (request, reply, done) => {
      request.answer = reply.raw
      done()
    })
  }

  /**
   * Waits, where the body is long, until those before it are answered or their connections have ended. Throws a
   * Refusal where its own has ended meanwhile.
   */
  async enter({ answer }: FastifyRequest, length: number): Promise<void> {
    if (length < longBody) return
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    const before = this.#last
    this.#last = before.then(async () => await left)
    answer.once('close', leave)
    if (answer.destroyed) leave()
    await before
    if (answer.destroyed) throw new Refusal(400, 'the connection has ended')
  }
}
