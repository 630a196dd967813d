import { describe, expect, it } from 'vitest'
import { isRotatedName } from './missed-files.ts'

describe('a rotated name', () => {
  it.each([
    'app.log.1',
    'app.log.12.gz',
    'app.log-20261122',
    'app-20261122.log',
    'app-2026-11-22.log.gz',
    'app.1.log',
  ])('of app.log: %s', (name) => expect(isRotatedName('app.log', name)).toBe(true))
  it.each([
    'app.log',
    'app.log.gz',
    'app-admin.log',
    'app.log.bak',
    'app2.log',
    'other.log.1',
    'app.log.1.tmp',
  ])('of app.log is not: %s', (name) => expect(isRotatedName('app.log', name)).toBe(false))
  it('of a name without an extension', () => {
    expect(isRotatedName('secure', 'secure-20261122')).toBe(true)
    expect(isRotatedName('secure', 'secure2')).toBe(false)
  })
})
