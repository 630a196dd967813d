import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Cidr, type Logger, TocsinError } from '@tocsin/model'
import { bodyLimits, readJsonBody } from './body.ts'
import { clientOf } from './client-address.ts'
import { LongBodies } from './long-bodies.ts'
import { Refusal } from './refusal.ts'
import { RoutePaths } from './route-paths.ts'
import { compileValidator, type TypeBoxProvider } from './validation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the sender is known before the body is read, which then may be long. */
    authenticated?: boolean
    /** Turns whatever is wrong with the request into the refusal of this route. */
    refuseAs?: (refusal: Refusal) => Refusal
    /** What a body of `null` means. */
    nullBody?: unknown
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxProvider
>

/** The HTTP layer without routes: clients, bodies, validation, and the shape of every error. */
export function createApp(logger: Logger, trustedProxies: readonly Cidr[] = []): App {
  const app = fastify({
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2048 },
    // Bodies are counted where they are read.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    frameworkErrors: (error, _request, reply) => {
      void sendRefusal(reply, new Refusal(error.statusCode ?? 400, error.message))
    },
  }).withTypeProvider<TypeBoxProvider>()
  const longBodies = new LongBodies()
  longBodies.watch(app)
  const paths = new RoutePaths()
  paths.watch(app)
  app.setValidatorCompiler(compileValidator)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { authenticated = false } = request.routeOptions.config
    const limit = authenticated ? bodyLimits.authenticated : bodyLimits.anonymous
    return await readJsonBody(request, payload, limit, longBodies)
  })
  app.addHook('preValidation', async (request) => {
    const { config, schema } = request.routeOptions
    if (request.body === null && 'nullBody' in config) request.body = config.nullBody
    if (request.body === undefined && schema?.body !== undefined) throw new Refusal(400, 'the body is empty')
  })
  app.decorateRequest('client')
  app.addHook('onRequest', (request, _reply, done) => {
    request.client = clientOf(request, trustedProxies)
    done()
  })
  // Before the routes, whose parameters would take nothing for a name.
  app.addHook('onRequest', (request, reply, done) => {
    const [path] = splitOnce(request.raw.url ?? '/', '?')
    if (path.length > 1 && path.endsWith('/')) notFound(paths, request, reply)
    else done()
  })
  app.setNotFoundHandler((request, reply) => {
    notFound(paths, request, reply)
  })
  app.setErrorHandler(async (error, request, reply) => {
    await sendRefusal(reply, refusalFor(error, request, logger))
  })
  return app
}

function notFound(paths: RoutePaths, request: FastifyRequest, reply: FastifyReply): void {
  const [path, query] = splitOnce(request.raw.url ?? '/', '?')
  if (path.length > 1 && path.endsWith('/') && paths.has(path.slice(0, -1)) && !path.startsWith('//')) {
    const location = `${path.slice(0, -1)}${query === undefined ? '' : `?${query}`}`
    void reply
      .code(request.method === 'GET' ? 301 : 307)
      .header('location', location)
      .send()
    return
  }
  void reply.code(paths.has(path) ? 405 : 404).send()
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function refusalFor(error: unknown, request: FastifyRequest, logger: Logger): Refusal {
  const { refuseAs } = request.routeOptions.config
  if (error instanceof Refusal) return refuseAs ? refuseAs(error) : error
  const status = statusOf(error)
  const message = error instanceof Error ? error.message : 'unknown error'
  if (status < 500) {
    const refusal = new Refusal(status, message)
    return refuseAs ? refuseAs(refusal) : refusal
  }
  logger.error(`cannot answer ${request.method} ${request.routeOptions.url ?? request.url}: ${message}`, {
    stack: error instanceof Error ? error.stack : undefined,
  })
  return databaseFailure(error) ?? new Refusal(500, 'internal error: see the log of the Local API')
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}

/** A database that is away now may come back, and one whose disk is full may get room: clients are told to try again. */
function databaseFailure(error: unknown): Refusal | undefined {
  if (!(error instanceof TocsinError)) return undefined
  if (error.code === 'LAPI_DATABASE_UNAVAILABLE') return new Refusal(503, error.message)
  return error.code === 'LAPI_DATABASE_FULL' ? new Refusal(507, error.message) : undefined
}

async function sendRefusal(reply: FastifyReply, refusal: Refusal): Promise<void> {
  if (refusal.status === 401) reply.header('www-authenticate', 'JWT realm=Crowdsec API local')
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds))
  // A body that was not read to its end would be taken for the next request.
  if (!reply.request.raw.complete) reply.header('connection', 'close')
  await reply.code(refusal.status).type('application/json; charset=utf-8').send(JSON.stringify(refusal.body))
}
