import type { DataFileReader } from './data/load-data.ts'
import { type Geo, noGeo, openGeo } from './enrich/geo.ts'
import type { ItemFile } from './item/item-file.ts'
import { readItems } from './item/read-items.ts'

/**
 * The databases of addresses that the parsers among the items name: those whose file name ends in `.mmdb`, the one
 * for autonomous systems known by `ASN` in it. Throws GEO_BAD_DATABASE.
 */
export function geoOfItems(items: readonly ItemFile[], dataFile: DataFileReader | undefined): Geo {
  const naming = items.filter(({ type, text }) => type === 'parsers' && text.includes('.mmdb'))
  if (naming.length === 0 || dataFile === undefined) return noGeo
  const files: { city?: Uint8Array; asn?: Uint8Array } = {}
  for (const { documents } of readItems(naming, { tolerant: true }).parsers) {
    for (const { destFile, sourceUrl } of documents.flatMap(({ value }) => value.data)) {
      if (!destFile?.value.endsWith('.mmdb')) continue
      const kind = destFile.value.includes('ASN') ? 'asn' : 'city'
      const bytes = dataFile(destFile.value, sourceUrl?.value ?? '')
      if (bytes !== null && bytes.length > 0) files[kind] ??= bytes
    }
  }
  return openGeo(files)
}
