import { formatCidr, maskIp, parseIp, TocsinError } from '@tocsin/model'
import { Reader, type Response } from 'mmdb-lib'
import { RecentMap } from './recent-map.ts'

/** Where an address is, as far as a database knows: empty and zero otherwise. */
export interface Country {
  readonly isoCode: string
  readonly isInEu: boolean
  readonly latitude: number
  readonly longitude: number
  /** With six decimals, as events carry them. */
  readonly latitudeText: string
  readonly longitudeText: string
}

/** Who announces an address: 0 and "" where unknown. */
export interface AutonomousSystem {
  readonly number: number
  readonly numberText: string
  readonly organization: string
}

/** What is asked about addresses. Answers are null without a database; an address that is none gives undefined. */
export interface Geo {
  country(address: string): Country | null | undefined
  autonomousSystem(address: string): AutonomousSystem | null | undefined
  /** The records themselves; an empty one where the database knows nothing of the address. */
  cityRecord(address: string): GeoRecord | null | undefined
  systemRecord(address: string): GeoRecord | null | undefined
  /** The announced block that holds the address; null also where none does. */
  range(address: string): string | null | undefined
}

/**
 * Records of MaxMind's shape and of the flat one that free databases have. Source: MaxMind DB file format 2.0.
 */
export interface GeoRecord {
  readonly country?: CountryRecord
  readonly registered_country?: CountryRecord
  readonly represented_country?: CountryRecord
  readonly location?: { readonly latitude?: number; readonly longitude?: number }
  readonly country_code?: string
  readonly latitude?: number
  readonly longitude?: number
  readonly autonomous_system_number?: number
  readonly autonomous_system_organization?: string
}

interface CountryRecord {
  readonly iso_code?: string
  readonly is_in_european_union?: boolean
}

/** Opens the databases that are given. Throws GEO_BAD_DATABASE for bytes that are no MMDB file. */
export function openGeo(files: { city?: Uint8Array | null; asn?: Uint8Array | null }): Geo {
  return new GeoDatabases(openDatabase(files.city ?? null, 'country'), openDatabase(files.asn ?? null, 'AS'))
}

/** What was found about an address; undefined where nobody asked yet. */
interface Known {
  country: Country | undefined
  system: AutonomousSystem | undefined
  range: string | null | undefined
}

const remembered = 10_000

/** Keeps the answers for the addresses seen lately. Texts that are no address are not looked up. */
class GeoDatabases implements Geo {
  private readonly city: Reader<Response> | null
  private readonly asn: Reader<Response> | null
  private readonly known = new RecentMap<Known>(remembered)
  private lastAddress = ''
  private last: Known | undefined

  constructor(city: Reader<Response> | null, asn: Reader<Response> | null) {
    this.city = city
    this.asn = asn
  }

  country(address: string): Country | null | undefined {
    if (this.city === null) return null
    const known = this.entry(address)
    return known && (known.country ??= countryOf(this.city.get(address)))
  }

  autonomousSystem(address: string): AutonomousSystem | null | undefined {
    if (this.asn === null) return null
    const known = this.entry(address)
    return known && (known.system ??= systemOf(this.asn.get(address)))
  }

  range(address: string): string | null | undefined {
    if (this.asn === null) return null
    const known = this.entry(address)
    if (known === undefined) return undefined
    if (known.range === undefined) known.range = rangeOf(this.asn, address)
    return known.range
  }

  cityRecord(address: string): GeoRecord | null | undefined {
    return recordOf(this.city, address)
  }

  systemRecord(address: string): GeoRecord | null | undefined {
    return recordOf(this.asn, address)
  }

  private entry(address: string): Known | undefined {
    // Parsers ask three things of one address in a row.
    if (address === this.lastAddress) return this.last
    let found = this.known.get(address)
    if (found === undefined && parseIp(address) !== null) {
      found = { country: undefined, system: undefined, range: undefined }
      this.known.set(address, found)
    }
    this.lastAddress = address
    this.last = found
    return found
  }
}

function recordOf(database: Reader<Response> | null, address: string): GeoRecord | null | undefined {
  if (database === null) return null
  return parseIp(address) === null ? undefined : ((database.get(address) ?? {}) as GeoRecord)
}

/** No database at all. */
export const noGeo: Geo = openGeo({})

function openDatabase(bytes: Uint8Array | null, what: string): Reader<Response> | null {
  if (bytes === null) return null
  try {
    return new Reader<Response>(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    const message = `cannot open ${what} database: it is not a MaxMind DB file`
    throw new TocsinError('GEO_BAD_DATABASE', message, { cause: error })
  }
}

function countryOf(response: Response | null): Country {
  const record = (response ?? {}) as GeoRecord
  const countries = [record.country, record.registered_country, record.represented_country]
  const country = countries.find((candidate) => (candidate?.iso_code ?? '') !== '')
  const isoCode = country?.iso_code ?? record.country_code ?? ''
  const latitude = record.location?.latitude ?? record.latitude ?? 0
  const longitude = record.location?.longitude ?? record.longitude ?? 0
  return {
    isoCode,
    isInEu: country ? (country.is_in_european_union ?? false) : memberStates.has(isoCode),
    latitude,
    longitude,
    latitudeText: latitude.toFixed(6),
    longitudeText: longitude.toFixed(6),
  }
}

// Flat records do not say it.
const memberStates: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
)

function systemOf(response: Response | null): AutonomousSystem {
  const record = (response ?? {}) as GeoRecord
  const number = record.autonomous_system_number ?? 0
  return { number, numberText: String(number), organization: record.autonomous_system_organization ?? '' }
}

function rangeOf(database: Reader<Response>, address: string): string | null {
  const [record, bits] = database.getWithPrefixLength(address)
  const ip = parseIp(address)
  return record === null || ip === null ? null : formatCidr(maskIp(ip, bits))
}
