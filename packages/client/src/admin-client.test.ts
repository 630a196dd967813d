import { expect, it } from 'vitest'
import { json, serve } from '../test/server.ts'
import { AdminClient } from './index.ts'

it('says who asks', async () => {
  const server = await serve((_, response) => json(response, 200, []))
  await new AdminClient({ url: server.url, token: 'secret', actor: 'alice' }).listBouncers()
  await new AdminClient({ url: server.url, token: 'secret' }).listBouncers()
  expect(server.seen.map(({ headers }) => [headers.authorization, headers['x-tocsin-actor']])).toEqual([
    ['Bearer secret', 'alice'],
    ['Bearer secret', undefined],
  ])
})

it('reads pages of the audit log and of what was reported', async () => {
  const server = await serve((_, response) => json(response, 200, [{ id: 7 }]))
  const admin = new AdminClient({ url: server.url, token: 'secret' })
  expect(await admin.auditLog({ limit: 5, before: 8 })).toEqual([{ id: 7 }])
  await admin.auditLog()
  await admin.usageMetrics({ kind: 'bouncer', name: 'fw 1', limit: 2 })
  expect(server.seen.map(({ url }) => url)).toEqual([
    '/v1/admin/audit?limit=5&before=8',
    '/v1/admin/audit',
    '/v1/admin/usage-metrics?kind=bouncer&name=fw+1&limit=2',
  ])
})

it('hands over records as they were written, and what may be done with them', async () => {
  const server = await serve((_, response) => json(response, 200, { imported: 2, present: 0, skipped: [] }))
  const admin = new AdminClient({ url: server.url, token: 'secret' })
  const records = ['{"name": "a"}', '{"name": "b"}']
  const options = { rehearse: true, force: true, adminAddress: '192.0.2.1' }
  expect(await admin.importRecords('bouncers', records, options)).toMatchObject({ imported: 2 })
  await admin.importRecords('machines', [])
  expect(server.seen).toMatchObject([
    {
      url: '/v1/admin/import/bouncers',
      headers: {
        'content-type': 'application/json',
        'x-tocsin-force': 'true',
        'x-tocsin-admin-address': '192.0.2.1',
      },
      body: '{"rehearse":true,"bouncers":[{"name": "a"},{"name": "b"}]}',
    },
    { url: '/v1/admin/import/machines', body: '{"rehearse":false,"machines":[]}' },
  ])
  expect(server.seen[1]?.headers).not.toHaveProperty('x-tocsin-force')
})

it('does not take the answer of somebody else for a count', async () => {
  const server = await serve((_, response) => json(response, 200, { hello: 'world' }))
  const admin = new AdminClient({ url: server.url, token: 'secret' })
  await expect(admin.importRecords('alerts', [])).rejects.toMatchObject({ code: 'LAPI_BAD_ANSWER' })
})
