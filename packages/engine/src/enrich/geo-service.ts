import { type GeoService, structType, structTypeOf, types, type Value } from '@tocsin/expr'
import type { Geo, GeoRecord } from './geo.ts'

const { array, bool, float, int, map, pointer, string, struct } = types

/** A part of a record, of which anything may be missing. */
type Part = Readonly<Record<string, unknown>>

const text = (key: string) => ({ type: string, get: (part: Part) => asText(part[key]) })
const whole = (key: string) => ({ type: int, get: (part: Part) => BigInt(Math.trunc(asNumber(part[key]))) })
const names = { type: map(string), get: (part: Part) => new Map(Object.entries(asPart(part.names))) as Value }
const asText = (value: unknown) => (typeof value === 'string' ? value : '')
const asNumber = (value: unknown) => (typeof value === 'number' ? value : 0)
const asPart = (value: unknown): Part => (typeof value === 'object' && value !== null ? (value as Part) : {})

const place = structType('Place', { fields: { GeoNameID: whole('geoname_id'), Names: names } })
const continent = structType('Continent', {
  fields: { Code: text('code'), GeoNameID: whole('geoname_id'), Names: names },
})
const country = structType('Country', {
  fields: {
    IsoCode: text('iso_code'),
    IsInEuropeanUnion: { type: bool, get: (part: Part) => part.is_in_european_union === true },
    GeoNameID: whole('geoname_id'),
    Names: names,
    Type: text('type'),
  },
})
const subdivision = structType('Subdivision', {
  fields: { IsoCode: text('iso_code'), GeoNameID: whole('geoname_id'), Names: names },
})
const location = structType('Location', {
  fields: {
    Latitude: { type: float, get: (part: Part) => asNumber(part.latitude) },
    Longitude: { type: float, get: (part: Part) => asNumber(part.longitude) },
    TimeZone: text('time_zone'),
    AccuracyRadius: whole('accuracy_radius'),
    MetroCode: whole('metro_code'),
  },
})
const postal = structType('Postal', { fields: { Code: text('code') } })

const inner = (type: typeof place, key: string) => ({
  type: struct(type),
  get: (part: Part) => withType(asPart(part[key]), type),
})

/** What GeoIPEnrich gives. Source: the original's geoip2.City. */
const cityType = structType('City', {
  fields: {
    City: inner(place, 'city'),
    Continent: inner(continent, 'continent'),
    Country: inner(country, 'country'),
    RegisteredCountry: inner(country, 'registered_country'),
    RepresentedCountry: inner(country, 'represented_country'),
    Location: inner(location, 'location'),
    Postal: inner(postal, 'postal'),
    Subdivisions: {
      type: array(struct(subdivision)),
      get: (part: Part) =>
        (Array.isArray(part.subdivisions) ? part.subdivisions : []).map((item) =>
          withType(asPart(item), subdivision),
        ),
    },
  },
})

/** What GeoIPASNEnrich gives. Source: the original's geoip2.ASN. */
const systemType = structType('ASN', {
  fields: {
    AutonomousSystemNumber: whole('autonomous_system_number'),
    AutonomousSystemOrganization: text('autonomous_system_organization'),
  },
})

/** What GeoIPRangeEnrich gives: a block, as text. */
const rangeType = structType('IPNet', {
  fields: {},
  methods: { String: { params: [], result: string, call: (range: { text: string }) => range.text } },
})

/** Lets values of static type any resolve their fields too. */
function withType(part: Part, type: typeof place): object {
  return Object.defineProperty({ ...part }, structTypeOf, { value: type })
}

/** The databases of addresses as the helper functions of expressions want them. */
export function geoService(geo: Geo): GeoService {
  const typed = (record: GeoRecord | null | undefined, type: typeof place): Value =>
    record ? withType(record as Part, type) : null
  return {
    types: { city: pointer(cityType), autonomousSystem: pointer(systemType), range: pointer(rangeType) },
    city: (address) => typed(geo.cityRecord(address), cityType),
    autonomousSystem: (address) => typed(geo.systemRecord(address), systemType),
    range: (address) => {
      const range = geo.range(address)
      return range ? Object.defineProperty({ text: range }, structTypeOf, { value: rangeType }) : null
    },
    country: (address) => geo.country(address)?.isoCode ?? '',
  }
}
