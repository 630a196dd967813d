import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { metricsType } from '@tocsin/lapi'
import { type Logger, TocsinError } from '@tocsin/model'
import { formatListen } from './config/listen.ts'

/** Where Prometheus asks. */
export interface MetricsServer {
  close(): Promise<void>
}

/** The figures of one part at this moment, in Prometheus' text format. */
export type Figures = () => Promise<string>

/** Answers `GET /metrics` with the figures of all parts. Throws CLI_METRICS where it cannot listen. */
export async function serveMetrics(
  parts: readonly Figures[],
  place: { readonly host: string; readonly port: number },
  logger: Logger,
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    Promise.all(parts.map((figures) => figures())).then(
      (texts) => response.writeHead(200, { 'content-type': metricsType }).end(texts.join('')),
      (error: unknown) => {
        logger.warn('cannot answer /metrics', { error })
        response.writeHead(503).end()
      },
    )
  })
  await listen(server, place)
  const address = server.address()
  if (address && typeof address === 'object') {
    logger.info(`metrics are at http://${formatListen({ host: place.host, port: address.port })}/metrics`)
  }
  return {
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(
  server: Server,
  place: { readonly host: string; readonly port: number },
): Promise<void> {
  try {
    server.listen({ host: place.host, port: place.port })
    await once(server, 'listening')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : message
    throw new TocsinError('CLI_METRICS', `cannot serve metrics at ${formatListen(place)}: ${reason}`, {
      hint: 'name another address under metrics.listen in the configuration',
      cause,
    })
  }
}
