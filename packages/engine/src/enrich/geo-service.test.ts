import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileExpr, noWorld } from '@tocsin/expr'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../../testkit/src/index.ts'
import { eventEnvironment } from '../environment.ts'
import { noGeo, openGeo } from './geo.ts'
import { geoService } from './geo-service.ts'

describeNeeding([needShared('hub-data/mmdb_update')], 'geoService', () => {
  const read = (name: string) => readFileSync(join(sharedFolder, 'hub-data', name))
  const geo = openGeo({ city: read('GeoLite2-Test-City.mmdb'), asn: read('GeoLite2-Test-ASN.mmdb') })
  const run = (source: string, service = geoService(geo)) =>
    compileExpr(source, eventEnvironment(noWorld({ geo: service }))).run({})

  it.each([
    ["GeoIPEnrich('1.2.3.4').Location.Latitude", 46],
    ["GeoIPEnrich('1.2.3.4').Country.IsoCode == IPToCountry('1.2.3.4')", true],
    ["GeoIPEnrich('203.0.113.77').Country.Names['en']", ''],
    ["len(GeoIPEnrich('203.0.113.77').Subdivisions)", 0n],
    ["GeoIPEnrich('no address') == nil", true],
    ["GeoIPASNEnrich('1.2.3.4').AutonomousSystemNumber > 0", true],
    ["GeoIPRangeEnrich('1.2.3.4').String() startsWith '1.'", true],
    ["GeoIPRangeEnrich('203.0.113.77') == nil", true],
  ])('answers %s', (source, value) => {
    expect(run(source)).toEqual(value)
  })

  it('knows nothing without databases', () => {
    expect(run("GeoIPEnrich('1.2.3.4') == nil && IPToCountry('1.2.3.4') == ''", geoService(noGeo))).toBe(true)
  })
})
