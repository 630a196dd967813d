import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { answers, queryParameters } from './answers.ts'
import { type Caller, routeTexts } from './route-texts.ts'

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly body: TSchema | undefined
}

/** Collects every route that the instance gets from now on. */
export function collectRoutes(app: FastifyInstance): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = []
  app.addHook('onRoute', ({ method, url, schema }) => {
    for (const each of [method].flat())
      routes.push({ method: each, url, body: schema?.body as TSchema | undefined })
  })
  return routes
}

const security: Readonly<Record<Caller, readonly object[]>> = {
  anyone: [],
  machine: [{ machine: [] }],
  bouncer: [{ bouncer: [] }],
  'machine or bouncer': [{ machine: [] }, { bouncer: [] }],
  administrator: [{ administrator: [] }],
}

/** The description of the API in OpenAPI 3.1, made of the schemas that requests are checked with. */
export function openApiDocument(routes: readonly DeclaredRoute[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    const operations = (paths[path] ??= {})
    operations[route.method.toLowerCase()] = operationOf(route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Local API', version: '1', description: 'Alerts in, decisions out.' },
    paths,
    components: {
      schemas: { ...answers, Error: errorSchema },
      securitySchemes: {
        machine: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        bouncer: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        administrator: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

const errorSchema = {
  type: 'object',
  required: ['message'],
  properties: { message: { type: 'string' }, code: { type: 'integer' } },
}

function operationOf({ method, url, body }: DeclaredRoute): object {
  const text = routeTexts[`${method} ${url}`]
  const [status, answer] = text?.answer ?? [200]
  const inPath = Array.from(url.matchAll(/:(\w+)/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = (text?.query ?? []).map((name) => ({
    name,
    in: 'query',
    schema: queryParameters[name] ?? {},
  }))
  const content = (schema: object) => ({ content: { 'application/json': { schema } } })
  return {
    summary: text?.summary ?? '',
    security: security[text?.caller ?? 'administrator'],
    parameters: [...inPath, ...inQuery],
    ...(body ? { requestBody: { required: true, ...content(body) } } : {}),
    responses: {
      [String(status)]: {
        description: 'done',
        ...(answer === undefined ? {} : content({ $ref: `#/components/schemas/${answer}` })),
      },
      default: { description: 'refused or failed', ...content({ $ref: '#/components/schemas/Error' }) },
    },
  }
}
