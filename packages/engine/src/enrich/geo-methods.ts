import type { Geo } from './geo.ts'
import type { EnrichMethod } from './method.ts'

/** GeoIpCity, GeoIpASN and IpToRange. Without a database they set nothing. Source: the original's enrich_geoip.go. */
export function geoMethods(geo: Geo): EnrichMethod[] {
  return [
    {
      name: 'GeoIpCity',
      sets: ['IsoCode', 'IsInEU', 'Latitude', 'Longitude'],
      enrich: (text, { enriched }) => {
        const country = geo.country(text)
        if (!country) return country === null
        enriched.set('IsoCode', country.isoCode)
        enriched.set('IsInEU', country.isInEu ? 'true' : 'false')
        enriched.set('Latitude', country.latitudeText)
        enriched.set('Longitude', country.longitudeText)
        return true
      },
    },
    {
      name: 'GeoIpASN',
      sets: ['ASNNumber', 'ASNumber', 'ASNOrg'],
      enrich: (text, { enriched }) => {
        const system = geo.autonomousSystem(text)
        if (!system) return system === null
        enriched.set('ASNNumber', system.numberText)
        enriched.set('ASNumber', system.numberText)
        enriched.set('ASNOrg', system.organization)
        return true
      },
    },
    {
      name: 'IpToRange',
      sets: ['SourceRange'],
      enrich: (text, { enriched }) => {
        const range = geo.range(text)
        if (range) enriched.set('SourceRange', range)
        return range !== undefined
      },
    },
  ]
}
