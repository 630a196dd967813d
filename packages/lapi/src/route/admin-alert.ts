import { Type } from 'typebox'
import type { AdminAccess } from '../auth/admin.ts'
import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import { letOthersRun } from '../store/query/column.ts'
import { durationParam } from './query.ts'
import type { Services } from './services.ts'

const Flush = Type.Object({
  max_items: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e12 })),
  max_age: Type.Optional(Type.String({ maxLength: 64 })),
})

const flushSize = 200

/** Retention of alerts on demand, in small batches. */
export function adminAlertRoutes(app: App, { ledger, clock }: Services, access: AdminAccess): void {
  const route = { onRequest: access.require, schema: { body: Flush } }
  app.post('/v1/admin/alerts/flush', route, async (request, reply) => {
    const { max_items: keepNewest, max_age: maxAge } = request.body
    if (keepNewest === undefined && maxAge === undefined)
      throw new Refusal(400, 'name max_items, max_age or both')
    const at = clock()
    const bounds = {
      at,
      ...(keepNewest === undefined ? {} : { keepNewest }),
      ...(maxAge === undefined ? {} : { createdBefore: at - durationParam('max_age', maxAge) }),
    }
    let count = 0
    for (;;) {
      const flushed = await ledger.flushAlerts(bounds, flushSize)
      count += flushed.alerts
      if (!flushed.more) return await reply.send({ nbDeleted: String(count) })
      await letOthersRun()
    }
  })
}
