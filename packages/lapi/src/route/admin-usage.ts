import type { AdminAccess } from '../auth/admin.ts'
import type { App } from '../server/app.ts'
import { formatMillisecond } from '../wire/time.ts'
import { countParam, queryParams } from './query.ts'
import type { Services } from './services.ts'

const maxPage = 1_000

/** What machines and bouncers reported about themselves, the newest first; of one `name`, or one `kind`, or all. */
export function adminUsageRoutes(app: App, { store }: Services, access: AdminAccess): void {
  app.get('/v1/admin/usage-metrics', { onRequest: access.require }, async (request, reply) => {
    const params = queryParams(request)
    const limit = Math.min(countParam('limit', params.get('limit') ?? '100'), maxPage)
    const name = params.get('name')
    const kind = params.get('kind')
    const reports = await store.metrics.page({
      limit,
      ...(name === null ? {} : { ownerName: name }),
      ...(kind === null ? {} : { ownerKind: kind }),
    })
    return await reply.send(
      reports.map(({ id, ownerKind, ownerName, receivedAt, payload }) => ({
        id,
        kind: ownerKind,
        name: ownerName,
        received_at: formatMillisecond(receivedAt),
        payload: JSON.parse(payload) as unknown,
      })),
    )
  })
}
