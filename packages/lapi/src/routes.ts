import type { AdminAccess } from './auth/admin.ts'
import { collectRoutes, openApiDocument } from './openapi/document.ts'
import { adminAlertRoutes } from './route/admin-alert.ts'
import { adminAllowlistRoutes } from './route/admin-allowlist.ts'
import { adminAuditRoutes } from './route/admin-audit.ts'
import { adminBouncerRoutes } from './route/admin-bouncer.ts'
import { adminImportRoutes } from './route/admin-import.ts'
import { adminMachineRoutes } from './route/admin-machine.ts'
import { adminUsageRoutes } from './route/admin-usage.ts'
import { alertRoutes } from './route/alert.ts'
import { allowlistRoutes } from './route/allowlist.ts'
import { decisionRoutes } from './route/decision.ts'
import { machineRoutes } from './route/machine.ts'
import { jsonType, type Services } from './route/services.ts'
import { usageMetricsRoutes } from './route/usage-metrics.ts'
import type { App } from './server/app.ts'

/** Every route there is, and the description that is made of them. */
export function addRoutes(app: App, services: Services, access: AdminAccess): void {
  const routes = collectRoutes(app)
  app.get('/health', async (_request, reply) => await reply.type(jsonType).send('{"status":"up"}'))
  let description: string | undefined
  app.get('/v1/openapi.json', async (_request, reply) => {
    description ??= JSON.stringify(openApiDocument(routes))
    return await reply.type(jsonType).send(description)
  })
  machineRoutes(app, services)
  alertRoutes(app, services)
  decisionRoutes(app, services)
  allowlistRoutes(app, services)
  usageMetricsRoutes(app, services)
  adminBouncerRoutes(app, services, access)
  adminMachineRoutes(app, services, access)
  adminAlertRoutes(app, services, access)
  adminAllowlistRoutes(app, services, access)
  adminAuditRoutes(app, services, access)
  adminImportRoutes(app, services, access)
  adminUsageRoutes(app, services, access)
}
