import { expect, it } from 'vitest'
import { start, wireAlert, wireDecision } from './harness.ts'

it('counts in the names that dashboards know', async () => {
  const running = await start()
  const { machine, bouncer, api, send } = running
  await machine.pushAlerts([
    wireAlert('192.0.2.1'),
    wireAlert('192.0.2.2', {
      decisions: [
        wireDecision('192.0.2.2', { scenario: 'by "hand"\n', duration: '10m' }),
        wireDecision('192.0.2.3', { scenario: 'by "hand"\n', type: 'captcha' }),
      ],
    }),
  ])
  await machine.heartbeat()
  await bouncer.decisions({ ip: '192.0.2.1' })
  await bouncer.decisions({ ip: '192.0.2.9' })
  await send({ path: '/v1/nothing' })
  await machine.getAlert(1)
  const text = await api.metrics()
  for (const line of [
    'cs_active_decisions{reason="tocsin/ssh-bf",origin="crowdsec",action="ban"} 1',
    String.raw`cs_active_decisions{reason="by \"hand\"\n",origin="cscli",action="captcha"} 1`,
    'cs_alerts{reason="tocsin/ssh-bf"} 2',
    `cs_machines_last_heartbeat_timestamp{machine="m1"} ${Math.floor(running.now() / 1000)}`,
    'cs_lapi_route_requests_total{route="/v1/alerts",method="POST"} 1',
    'cs_lapi_route_requests_total{route="invalid-endpoint",method="GET"} 1',
    'cs_lapi_machine_requests_total{machine="m1",route="/v1/alerts/:alert_id",method="GET"} 1',
    'cs_lapi_bouncer_requests_total{bouncer="b1",route="/v1/decisions",method="GET"} 2',
    'cs_lapi_decisions_ok_total{bouncer="b1"} 1',
    'cs_lapi_decisions_ko_total{bouncer="b1"} 1',
    'cs_lapi_request_duration_seconds_count{endpoint="/v1/heartbeat",method="GET"} 1',
    'tocsin_lapi_active_decisions 3',
  ]) {
    expect(text).toContain(line)
  }
  running.pass(601_000)
  expect(await api.metrics()).not.toContain('action="ban"} 2')
  await machine.deleteDecisions({})
  expect(await api.metrics()).not.toContain('cs_active_decisions{')
})

it('leaves out what has a label for each machine and bouncer where it is told to', async () => {
  const { bouncer, api } = await start({ metricsLevel: 'aggregated' })
  await bouncer.decisions({})
  const text = await api.metrics()
  expect(text).toContain('cs_lapi_route_requests_total{route="/v1/decisions",method="GET"} 1')
  expect(text).not.toMatch(/cs_lapi_bouncer|cs_active|cs_alerts|cs_machines|duration/)
  const none = await start({ metricsLevel: 'none' })
  await none.bouncer.decisions({})
  expect(await none.api.metrics()).toBe('')
})
