import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearer, start, wireAlert, wireDecision } from './harness.ts'

describe('alerts', () => {
  it('with a uuid of their own are stored once however often they are pushed', async () => {
    const { machine, api } = await start()
    const alert = wireAlert('192.0.2.1', { uuid: randomUUID() })
    const other = wireAlert('192.0.2.2', { uuid: randomUUID() })
    const [id] = await machine.pushAlerts([alert])
    expect(await machine.pushAlerts([alert, other, other])).toEqual([
      id,
      String(Number(id) + 1),
      String(Number(id) + 1),
    ])
    expect(await machine.listAlerts()).toHaveLength(2)
    expect(api.counts().repeatedAlerts).toBe(2)
  })

  it('keep what is too long in part', async () => {
    const { machine } = await start()
    const long = { key: 'k', value: 'é'.repeat(6000) }
    const alert = wireAlert('192.0.2.1', {
      events: [{ timestamp: '2026-01-02T03:04:05.120+01:00', meta: [long, { key: 'short', value: 'kept' }] }],
      meta: [long],
    })
    const [id] = await machine.pushAlerts([alert])
    const { events, meta } = await machine.getAlert(Number(id))
    expect(events?.[0]?.timestamp).toBe('2026-01-02 02:04:05.12 +0000 UTC')
    expect(events?.[0]?.meta[0]?.value).toBe(`${'é'.repeat(1024)}<stripped>`)
    expect(events?.[0]?.meta[1]?.value).toBe('kept')
    expect(meta?.[0]?.value).toBe('é'.repeat(2047))
  })

  it('compare times of any zone as times', async () => {
    const { machine, bouncer } = await start()
    const past = new Date(Date.now() - 3_600_000).toISOString().replace('Z', '+00:00')
    const [date = '', time = ''] = past.split('T')
    const zoned = `${date}T${time.slice(0, 8)}-05:00`
    await machine.pushAlerts([
      wireAlert('192.0.2.1', { stop_at: zoned, decisions: [wireDecision('192.0.2.1')] }),
    ])
    const [decision] = await bouncer.decisions({})
    expect(decision?.duration).toMatch(/^[78]h/)
  })

  it('are listed whole where there are many, newest first', async () => {
    const { machine } = await start()
    for (let batch = 0; batch < 3; batch++) {
      await machine.pushAlerts(Array.from({ length: 250 }, (_, i) => wireAlert(`198.18.${batch}.${i}`)))
    }
    expect(await machine.listAlerts()).toHaveLength(100)
    const all = await machine.listAlerts({ limit: 0 })
    expect(all).toHaveLength(750)
    expect(new Set(all.map(({ id }) => id)).size).toBe(750)
    expect(all[0]?.source.value).toBe('198.18.2.249')
    expect(await machine.deleteAlerts({ scenario: 'tocsin/ssh-bf' })).toBe(750)
  })

  it('of thousands of decisions are taken whole, answered whole, and checked to the last', async () => {
    const { machine, bouncer } = await start()
    const decisions = Array.from({ length: 5_000 }, (_, i) => wireDecision(`198.18.${i >> 8}.${i & 255}`))
    const [id] = await machine.pushAlerts([wireAlert('198.18.0.0', { decisions }), wireAlert('192.0.2.1')])
    expect(await bouncer.decisions({})).toHaveLength(5_001)
    expect((await machine.getAlert(Number(id))).decisions).toHaveLength(5_000)
    const listed = await machine.listAlerts()
    expect(listed.map(({ decisions }) => decisions?.length)).toEqual([1, 5_000])
    const bad = [...decisions, { ...wireDecision('192.0.2.9'), type: undefined }]
    const push = machine.pushAlerts([wireAlert('x', { decisions: bad as typeof decisions })])
    await expect(push).rejects.toThrow('0.decisions.5000.type in body is required')
    expect(await machine.listAlerts()).toHaveLength(2)
  })

  it('may decide for ever, in words that every bouncer reads', async () => {
    const { machine, bouncer, pass } = await start()
    const decisions = ['permanent', '999999h', '2562047h'].map((duration, i) =>
      wireDecision(`192.0.2.${i}`, { duration }),
    )
    await machine.pushAlerts([wireAlert('x', { decisions })])
    pass(10 * 365 * 24 * 3_600_000)
    const durations = (await bouncer.stream({ startup: true })).new.map(({ duration }) => duration)
    expect(durations).toEqual(['876000h0m0s', '876000h0m0s', '876000h0m0s'])
    const [alert] = await machine.listAlerts({ has_active_decision: true } as object)
    expect(alert?.decisions?.[0]?.duration).toBe('876000h0m0s')
    expect(await machine.deleteDecisions({ ip: '192.0.2.0' })).toBe(1)
  })

  it('of lists leave allowlisted addresses out, those of people do not', async () => {
    const { store } = await start()
    await store.allowlists.create('office', '', 1)
    const item = { value: '192.0.2.0/24', comment: '', createdAt: 1, expiresAt: null }
    await store.allowlists.addItems('office', [item], 1)
    const again = await start({ store })
    const from = (origin: string, value: string) => wireDecision(value, { origin })
    const decisions = [
      from('lists', '192.0.2.1'),
      from('CAPI', '192.0.0.0/16'),
      from('lists', '198.51.100.1'),
    ]
    await again.machine.pushAlerts([
      wireAlert('x', { decisions: [...decisions, from('cscli', '192.0.2.2')] }),
    ])
    expect((await again.bouncer.decisions({})).map(({ value }) => value)).toEqual([
      '198.51.100.1',
      '192.0.2.2',
    ])
    expect(again.api.counts().allowlistedDecisions).toBe(2)
    const { text } = await again.send({
      path: '/v1/allowlists/office?with_content=true',
      headers: { 'x-api-key': 'k1' },
    })
    expect(JSON.parse(text)).toMatchObject({ items: [{ value: '192.0.2.0/24' }] })
  })

  it('refuse ip and range at once', async () => {
    const { machine } = await start()
    await expect(machine.listAlerts({ ip: '192.0.2.1', range: '192.0.2.0/24' })).rejects.toMatchObject({
      code: 'LAPI_REFUSED',
    })
  })
})

type Path = (string | number)[]

/** Every place of a value. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))]
}

function changed(
  value: unknown,
  path: Path,
  change: (parent: Record<string, unknown>, key: string) => void,
): unknown {
  const copy: unknown = structuredClone(value)
  let parent = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>
  change(parent, String(path.at(-1)))
  return copy
}

const wrongValues: unknown[] = [
  null,
  true,
  0,
  -1.5,
  1e300,
  '',
  'x'.repeat(100_000),
  '\u0000\ud800',
  [],
  [[[]]],
  {},
  JSON.parse('{"__proto__":{"x":1},"constructor":null}'),
]

describe('fuzzed alerts', () => {
  it('are answered with 201 or an error of the client, never with a crash', async () => {
    const running = await start()
    const headers = { ...(await bearer(running)), 'content-type': 'application/json' }
    const whole = [
      wireAlert('192.0.2.1', {
        kind: 'crowdsec',
        labels: ['x'],
        uuid: randomUUID(),
        meta: [{ key: 'k', value: 'v' }],
        source: {
          scope: 'Ip',
          value: '192.0.2.1',
          ip: '1',
          range: '2',
          as_number: '3',
          as_name: '4',
          cn: '5',
          latitude: 1,
          longitude: 2,
        },
        decisions: [wireDecision('192.0.2.1', { simulated: false })],
      }),
    ]
    const statuses = new Map<number, number>()
    for (const path of places(whole).filter(({ length }) => length > 0)) {
      const bodies = [
        changed(whole, path, (parent, key) => delete parent[key]),
        ...wrongValues.map((value) => changed(whole, path, (parent, key) => (parent[key] = value))),
      ]
      for (const body of bodies) {
        const answer = await running.send({
          method: 'POST',
          path: '/v1/alerts',
          headers,
          body: JSON.stringify(body),
        })
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
        JSON.parse(answer.text)
      }
    }
    expect([...statuses.keys()].filter((status) => ![201, 400, 422].includes(status))).toEqual([])
    expect(statuses.get(201)).toBeGreaterThan(0)
    expect((await running.send({ path: '/health' })).text).toBe('{"status":"up"}')
  }, 60_000)

  it.each([
    '[',
    '[{]',
    '"x"',
    '1e999',
    '['.repeat(100_000),
    '[{"a":'.repeat(50_000),
    '\u0000',
    '[{"scenario":"\\ud800"}]',
  ])('that are no alerts at all are refused: %j', async (body) => {
    const running = await start()
    const headers = { ...(await bearer(running)), 'content-type': 'application/json' }
    const { status, text } = await running.send({ method: 'POST', path: '/v1/alerts', headers, body })
    expect([400, 422]).toContain(status)
    expect(JSON.parse(text)).toHaveProperty('message')
  })
})
