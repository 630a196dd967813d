import type { App } from '../server/app.ts'
import { Refusal } from '../server/refusal.ts'
import type { Bouncer, UsageReport } from '../store/store.ts'
import { MetricsBody, type PostedComponent, type PostedProcessor } from '../wire/metrics-schema.ts'
import { eitherAuth } from './either-auth.ts'
import type { Services } from './services.ts'

/** Reports of machines and bouncers about themselves. */
export function usageMetricsRoutes(app: App, services: Services): void {
  // A report is short: the bound of senders that are not known holds for known ones too.
  const options = { onRequest: eitherAuth(services), schema: { body: MetricsBody } }
  app.post('/v1/usage-metrics', options, async (request, reply) => {
    const { remediation_components: components = [], log_processors: processors = [] } = request.body
    if (request.bouncer) await takeComponent(services, request.bouncer, components)
    else await takeProcessor(services, request.machine, processors)
    return await reply.code(201).send()
  })
}

async function takeComponent(
  { store, clock }: Services,
  bouncer: Bouncer,
  components: readonly PostedComponent[],
): Promise<void> {
  const component = onlyOne(components, 'remediation component')
  const now = clock()
  const { type, metrics = [] } = component
  const payload = JSON.stringify({ ...(type === undefined ? {} : { type }), metrics })
  await store.metrics.add({ ownerKind: 'bouncer', ownerName: bouncer.name, receivedAt: now, payload })
  await store.bouncers.recordUsage(bouncer.id, report(component), now)
}

async function takeProcessor(
  { store, clock }: Services,
  machine: string,
  processors: readonly PostedProcessor[],
): Promise<void> {
  const processor = onlyOne(processors, 'log processor')
  const now = clock()
  const payload = JSON.stringify({ metrics: processor.metrics ?? [] })
  await store.metrics.add({ ownerKind: 'machine', ownerName: machine, receivedAt: now, payload })
  const { datasources, hub_items: hubItems } = processor
  await store.machines.recordUsage(
    machine,
    { ...report(processor), datasources, hubItems: JSON.stringify(hubItems) },
    now,
  )
}

function onlyOne<T>(reports: readonly T[], what: string): T {
  const [only, ...more] = reports
  if (only === undefined) throw new Refusal(400, `Missing ${what} data`)
  if (more.length > 0) throw new Refusal(400, `Payload has more than one ${what}`)
  return only
}

function report({ os, version, feature_flags: featureFlags = [] }: PostedComponent): UsageReport {
  return { os: os ? `${os.name}/${os.version}` : '', version, featureFlags }
}
