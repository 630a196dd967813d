import type { WireAlert } from '@tocsin/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalTimes, namesNoZone } from './local-times.ts'

describe('a line', () => {
  it.each([
    ['Nov 22 12:00:00 web sshd[1]: x', true],
    ['2026-11-22T12:00:00 web sshd[1]: x', true],
    ['2026/11/22 12:00:00 [error] 1#1: x', true],
    ['[Sun Nov 22 12:00:00.123456 2026] [core:error] x', true],
    ['2026-11-22T12:00:00.123456-05:00 web sshd[1]: x', false],
    ['2026-11-22T12:00:00Z web x', false],
    ['2026-11-22 12:00:00,123 UTC x', false],
    ['Sun Nov 22 12:00:00 EST 2026 x', false],
    ['192.0.2.1 - - [22/Nov/2026:12:00:00 -0500] "GET / HTTP/1.1" 200', false],
    ['{"time":"2026-11-22T12:00:00.1Z","ip":"192.0.2.1"}', false],
    ['MAC=00:16:3e:11:22:33 SRC=192.0.2.1', null],
    ['1795348800.123 x', null],
  ])('%s', (line, expected) => expect(namesNoZone(line)).toBe(expected))
})

describe('on a machine in New York', () => {
  let zone: string | undefined
  beforeEach(() => {
    zone = process.env.TZ
    process.env.TZ = 'America/New_York'
  })
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  // Half past noon there.
  const nowMs = Date.parse('2026-11-22T17:30:00Z')
  const line = 'Nov 22 12:00:00 web sshd[1]: x'
  const alert = {
    start_at: '2026-11-22T12:00:00Z',
    stop_at: '2026-11-22T12:00:25Z',
    message: "Ip 192.0.2.1 performed 'a/b' (6 events over 25s) at 2026-11-22 12:00:25.5 +0000 UTC",
    events: [{ timestamp: '2026-11-22T12:00:00.5Z', meta: [] }],
  } as unknown as WireAlert

  it('an alert of lines without a zone is as old as its lines', () => {
    const times = new LocalTimes(() => nowMs)
    times.learn(1, ['no time', line], 500)
    expect(times.correct(alert, { bornMs: 500, atMs: 500 })).toEqual({
      start_at: '2026-11-22T17:00:00Z',
      stop_at: '2026-11-22T17:00:25Z',
      message: "Ip 192.0.2.1 performed 'a/b' (6 events over 25s) at 2026-11-22 17:00:25.5 +0000 UTC",
      events: [{ timestamp: '2026-11-22T17:00:00.5Z', meta: [] }],
    })
  })

  it('in summer as in winter', () => {
    const times = new LocalTimes(() => nowMs)
    times.learn(1, [line], 500)
    const summer = { ...alert, start_at: '2026-07-01T12:00:00Z' }
    expect(times.correct(summer, { bornMs: 500, atMs: 500 }).start_at).toBe('2026-07-01T16:00:00Z')
  })

  it('an alert whose bucket runs on the wall clock stays as it is', () => {
    const times = new LocalTimes(() => nowMs)
    times.learn(1, [line], 500)
    expect(times.correct(alert, { bornMs: 499, atMs: 500 })).toBe(alert)
  })

  it('an alert that live lines complete ends when they came', () => {
    const times = new LocalTimes(() => nowMs)
    times.learn(1, [line], 500)
    const ended = { ...alert, stop_at: '2026-11-22T17:29:59Z' }
    const corrected = times.correct(ended, { bornMs: 500, atMs: nowMs })
    expect([corrected.start_at, corrected.stop_at]).toEqual(['2026-11-22T17:00:00Z', '2026-11-22T17:29:59Z'])
  })

  it('times with a zone, and times that would lie ahead, are meant as they are', () => {
    const times = new LocalTimes(() => nowMs)
    times.learn(1, [line], 500)
    const zoned = { ...alert, start_at: '2026-11-22T12:00:00-05:00', stop_at: '2026-11-22T17:00:25Z' }
    const corrected = times.correct(zoned, { bornMs: 500, atMs: 500 })
    expect([corrected.start_at, corrected.stop_at]).toEqual([zoned.start_at, zoned.stop_at])
    times.learn(2, ['2026-11-22T17:00:00Z web x'], 600)
    expect(times.correct(alert, { bornMs: 600, atMs: 600 })).toBe(alert)
  })
})
