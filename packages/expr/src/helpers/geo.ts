import { parseFloatText } from '../builtin/math.ts'
import { angleOf, cosine, sine } from '../go/trigonometry.ts'
import { type Type, types } from '../type/type.ts'
import { helper, type HelperFamily, needing } from './capability.ts'

const { any, float, string } = types
const of = (result: Type) => types.func([string], result)

/** Helpers on where addresses are, and the distance between places. */
export const geoHelpers: HelperFamily = ({ geo }) => {
  const what = 'a geographic database'
  const resultTypes = geo?.types
  return {
    Distance: helper(types.func([string, string, string, string], float), distance),
    GeoIPEnrich: needing(
      'GeoIPEnrich',
      what,
      geo,
      of(resultTypes?.city ?? any),
      (known) => (address: string) => known.city(address),
    ),
    GeoIPASNEnrich: needing(
      'GeoIPASNEnrich',
      what,
      geo,
      of(resultTypes?.autonomousSystem ?? any),
      (known) => (address: string) => known.autonomousSystem(address),
    ),
    GeoIPRangeEnrich: needing(
      'GeoIPRangeEnrich',
      what,
      geo,
      of(resultTypes?.range ?? any),
      (known) => (address: string) => known.range(address),
    ),
    IPToCountry: needing(
      'IPToCountry',
      what,
      geo,
      of(string),
      (known) => (address: string) => known.country(address),
    ),
  }
}

const earthRadiusKm = 6371

/** Kilometres between two places given as latitude and longitude; 0 where one of them is at 0,0, which is unknown. */
function distance(...texts: string[]): number {
  const [lat1 = 0, lon1 = 0, lat2 = 0, lon2 = 0] = texts.map(coordinate)
  if ((lat1 === 0 && lon1 === 0) || (lat2 === 0 && lon2 === 0)) return 0
  const from = { lat: radians(lat1), lon: radians(lon1) }
  const to = { lat: radians(lat2), lon: radians(lon2) }
  const [north, east] = [sine((to.lat - from.lat) / 2), sine((to.lon - from.lon) / 2)]
  const haversine = north * north + cosine(from.lat) * cosine(to.lat) * (east * east)
  return 2 * angleOf(Math.sqrt(haversine), Math.sqrt(1 - haversine)) * earthRadiusKm
}

function coordinate(text: string): number {
  const value = parseFloatText(text)
  if (value === null) throw new Error(`${JSON.stringify(text)} is no coordinate`)
  return value
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
