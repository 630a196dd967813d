import type { AdminAccess } from '../auth/admin.ts'
import type { App } from '../server/app.ts'
import { formatMillisecond } from '../wire/time.ts'
import { countParam, queryParams } from './query.ts'
import type { Services } from './services.ts'

const maxPage = 1_000

/** Who added or removed what, the newest first: `limit` entries before the id `before`. */
export function adminAuditRoutes(app: App, { store }: Services, access: AdminAccess): void {
  app.get('/v1/admin/audit', { onRequest: access.require }, async (request, reply) => {
    const params = queryParams(request)
    const limit = Math.min(countParam('limit', params.get('limit') ?? '100'), maxPage)
    const before = params.get('before')
    const entries = await store.audit.page({
      limit,
      ...(before === null ? {} : { idBelow: countParam('before', before) }),
    })
    return await reply.send(entries.map(({ at, ...entry }) => ({ ...entry, at: formatMillisecond(at) })))
  })
}
