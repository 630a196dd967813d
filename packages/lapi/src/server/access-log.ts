import type { App } from './app.ts'

/** Takes one line for each request, without its end. */
export type AccessLog = (line: string) => void

/**
 * Tells of every request in the form of CrowdSec's access log:
 * `192.0.2.1 - [Mon, 02 Jan 2006 15:04:05 GMT] "GET /v1/decisions HTTP/1.1 200 1.2ms "agent" "`.
 */
export function logAccess(app: App, log: AccessLog): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, client, raw } = request
    const path = JSON.stringify(raw.url ?? '/').slice(1, -1)
    const agent = JSON.stringify(request.headers['user-agent'] ?? '')
    const took = `${reply.elapsedTime.toFixed(3)}ms`
    const time = new Date().toUTCString()
    const head = `${client.address} - [${time}] "${method} ${path} HTTP/${raw.httpVersion}`
    log(`${head} ${reply.statusCode} ${took} ${agent} "`)
    done()
  })
}
