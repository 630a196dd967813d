import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../../testkit/src/index.ts'
import { noGeo, openGeo } from './geo.ts'

describe('openGeo', () => {
  it('has no answer without databases', () => {
    expect([noGeo.country('1.2.3.4'), noGeo.autonomousSystem('x'), noGeo.range('1.2.3.4')]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('refuses what is no database', () => {
    expect(() => openGeo({ city: new Uint8Array(100) })).toThrow('cannot open country database')
  })
})

describeNeeding([needShared('hub-data/GeoLite2-Test-City.mmdb')], 'openGeo on databases', () => {
  const read = (name: string) => readFileSync(join(sharedFolder, 'hub-data', name))
  const geo = openGeo({ city: read('GeoLite2-Test-City.mmdb'), asn: read('GeoLite2-Test-ASN.mmdb') })

  it('knows where an address is and who announces it', () => {
    expect(geo.country('1.2.3.4')).toMatchObject({ latitude: 46, longitude: 2 })
    expect(geo.range('1.2.3.4')).toMatch(/^1\.\d+\.\d+\.\d+\/\d+$/)
    expect(geo.autonomousSystem('1.2.3.4')?.number).toBeGreaterThan(0)
  })

  it('tells unknown addresses from texts that are none', () => {
    expect(geo.country('203.0.113.77')).toMatchObject({
      isoCode: '',
      isInEu: false,
      latitude: 0,
      longitudeText: '0.000000',
    })
    expect(geo.autonomousSystem('203.0.113.77')).toEqual({ number: 0, numberText: '0', organization: '' })
    expect(geo.range('203.0.113.77')).toBeNull()
    expect([geo.country('host'), geo.range(''), geo.autonomousSystem('1.2.3.4:5')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
