import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type WireAlert } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alertOf } from '../../test/fake-engine.ts'
import { Journal, type JournalOptions } from './journal.ts'
import { decodeRecords, encodeRecord } from './record.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-journal-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function open(path: string, options: Partial<JournalOptions> = {}): Journal {
  return Journal.open({ folder: path, logger: silentLogger, ...options })
}

const about = { path: '/a.log' }
const newStream = { kind: 'file', src: '/a.log', labels: { type: 't' }, about, offset: 0, ended: false }

function step(from: number, to: number, atMs = 1000) {
  return { span: { stream: 1, from, to, replay: false }, atMs }
}

function alert(text: string, bytes = 0): WireAlert {
  return { ...alertOf('key', text, 0, 0), scenario_hash: 'x'.repeat(bytes) }
}

async function messages(journal: Journal, count = 1000): Promise<string[]> {
  const pending = await journal.oldestAlerts(count, 100_000_000)
  return pending.map(({ json }) => (JSON.parse(json) as WireAlert).message)
}

describe('the journal', () => {
  it('knows after a restart how far streams were read and which alerts wait', async () => {
    const path = folder()
    const first = open(path)
    const stream = first.addStream(newStream)
    first.commit(step(0, 100), [alert('a'), alert('b')])
    first.commit(step(100, 250, 2000), [alert('c')], { liveFromMs: 1500 })
    first.acknowledge(1)
    first.saveStream({ ...stream, offset: 250, ended: true })
    await first.close()

    const second = open(path)
    expect(second.streams()).toEqual([{ ...newStream, id: 1, offset: 250, ended: true }])
    expect(second.lastStepMs).toBe(2000)
    expect(second.window.steps()).toEqual([step(100, 250, 2000)])
    expect(second.pendingAlerts).toBe(2)
    expect(await messages(second)).toEqual(['key b', 'key c'])
    second.commit(step(250, 300, 3000), [alert('d')])
    expect(await messages(second)).toEqual(['key b', 'key c', 'key d'])
    second.acknowledge(4)
    expect(second.pendingAlerts).toBe(0)
    await second.close()
    expect(open(path).pendingAlerts).toBe(0)
  })

  it('knows after a restart which overflows wait', async () => {
    const path = folder()
    const first = open(path)
    first.addStream(newStream)
    first.commit(step(0, 100), [], { waits: ['1:0:0.0', '1:0:4.0', '1:0:5.0'] })
    first.commit(step(100, 200), [alert('a')], { settled: ['1:0:0.0'], waits: ['1:100:2.0'] })
    await first.close()
    const second = open(path)
    expect([...second.waiting]).toEqual(['1:0:4.0', '1:0:5.0', '1:100:2.0'])
    second.commit(step(200, 300), [], { settled: ['1:0:4.0', '1:0:5.0'] })
    await second.close()
    expect([...open(path).waiting]).toEqual(['1:100:2.0'])
  })

  it('gives each alert one uuid, the same after a restart', async () => {
    const path = folder()
    const first = open(path)
    first.addStream(newStream)
    first.commit(step(0, 1), [alert('a'), { ...alert('b'), uuid: 'own' }])
    const before = await first.oldestAlerts(9, 9999)
    await first.close()
    const after = await open(path).oldestAlerts(9, 9999)
    expect(after).toEqual(before)
    const uuids = after.map(({ json }) => (JSON.parse(json) as WireAlert).uuid)
    expect(uuids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'own'])
  })

  it('counts a step that was cut off anywhere as never taken, alerts included', async () => {
    const path = folder()
    const journal = open(path)
    journal.addStream(newStream)
    journal.commit(step(0, 100), [alert('a')])
    await journal.close()
    const name = readdirSync(path).findLast((entry) => entry.startsWith('journal-')) ?? ''
    const whole = readFileSync(join(path, name))
    const meta = { k: 'step', step: step(100, 200), firstAlert: 2 } as const
    const next = encodeRecord({ meta, alerts: [JSON.stringify(alert('b'))] })
    for (let length = 0; length < next.length; length += 7) {
      writeFileSync(join(path, name), Buffer.concat([whole, next.subarray(0, length)]))
      const again = open(path)
      expect(again.stream(1)?.offset).toBe(100)
      expect(await messages(again)).toEqual(['key a'])
      await again.close()
      for (const entry of readdirSync(path)) if (entry !== name) rmSync(join(path, entry))
    }
    writeFileSync(join(path, name), Buffer.concat([whole, next]))
    expect(open(path).stream(1)?.offset).toBe(200)
  })

  it('skips what a disk damaged and keeps the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), fc.nat(255), (texts, place, byte) => {
        const records = texts.map((text, index) => ({
          meta: { k: 'step', step: step(index, index + 1) } as const,
          alerts: [JSON.stringify(text)],
        }))
        const bytes = Buffer.concat(records.map(encodeRecord))
        expect(decodeRecords(bytes)).toEqual({ records, damaged: 0 })
        bytes[place % bytes.length] = byte
        const found = decodeRecords(bytes)
        expect(found.records.length).toBeGreaterThanOrEqual(records.length - 2)
        for (const record of found.records) expect(records).toContainEqual(record)
      }),
    )
  })

  it('begins new segments, and deletes those whose alerts are delivered', async () => {
    const path = folder()
    const journal = open(path, { segmentBytes: 10_000 })
    journal.addStream(newStream)
    for (let index = 0; index < 300; index++)
      journal.commit(step(index, index + 1), [alert(`${index}`, 300)], { liveFromMs: 1001 })
    const expected = Array.from({ length: 300 }, (_, index) => `key ${index}`)
    expect(journal.bytes).toBeGreaterThan(100_000)
    const given: string[] = []
    while (journal.pendingAlerts > 0) {
      const pending = await journal.oldestAlerts(7, 100_000)
      given.push(...pending.map(({ json }) => (JSON.parse(json) as WireAlert).message))
      journal.acknowledge(pending.at(-1)?.number ?? 0)
    }
    expect(given).toEqual(expected)
    expect(journal.bytes).toBeLessThan(20_000)
  })

  it('reads alerts from disk that memory has no room for', async () => {
    const path = folder()
    const journal = open(path, { segmentBytes: 1_000_000 })
    journal.addStream(newStream)
    for (let index = 0; index < 40; index++)
      journal.commit(step(index, index + 1), [alert(`${index}`, 300_000)])
    const given: string[] = []
    while (journal.pendingAlerts > 0) {
      const pending = await journal.oldestAlerts(5, 100_000_000)
      given.push(...pending.map(({ json }) => (JSON.parse(json) as WireAlert).message))
      journal.acknowledge(pending.at(-1)?.number ?? 0)
      if (given.length === 20) journal.commit(step(40, 41), [alert('last')])
    }
    expect(given).toEqual([...Array.from({ length: 40 }, (_, index) => `key ${index}`), 'key last'])
    await journal.close()
  })

  it('gives up the oldest alerts when it is full, and counts them', async () => {
    const path = folder()
    const journal = open(path, { segmentBytes: 10_000, maxBytes: 50_000 })
    journal.addStream(newStream)
    for (let index = 0; index < 300; index++)
      journal.commit(step(index, index + 1), [alert(`${index}`, 300)], { liveFromMs: 1001 })
    expect(journal.bytes).toBeLessThan(70_000)
    expect(journal.droppedAlerts).toBeGreaterThan(150)
    expect(journal.pendingAlerts + journal.droppedAlerts).toBe(300)
    const left = await messages(journal)
    expect(left[0]).toBe(`key ${journal.droppedAlerts}`)
    expect(left.at(-1)).toBe('key 299')
    const dropped = journal.droppedAlerts
    await journal.close()
    expect(open(path).droppedAlerts).toBe(dropped)
  })

  it('does not mistake the lock of a process that is gone for one that lives', async () => {
    const path = folder()
    writeFileSync(join(path, 'lock'), `${process.pid} 123@another-boot`)
    await open(path).close()
    appendFileSync(join(path, 'lock'), '999999999 1@x')
    await open(path).close()
  })
})
