import { bool, integer, list, type Located, object, oneOf, type Schema } from '@tocsin/document'
import { durationText, mapped, optionalText } from './field.ts'

/** How a data file is read; a file without a type is only fetched, for somebody else's use. */
export type DataFileType = 'string' | 'regexp' | 'regex' | 'map' | 'bots'

/** A data file that an item names. Cache settings concern speed only. */
export interface DataSource {
  readonly sourceUrl: Located<string> | undefined
  readonly destFile: Located<string> | undefined
  readonly type: DataFileType | undefined
  readonly cache: boolean | undefined
  readonly strategy: 'LRU' | 'LFU' | 'ARC' | undefined
  readonly size: number | undefined
  readonly ttl: Located<string> | undefined
}

/** The `data` list of parsers and scenarios. */
export function dataSources(): Schema<DataSource[]> {
  return list(
    mapped(
      object({
        source_url: optionalText(),
        dest_file: optionalText(),
        type: oneOf('string', 'regexp', 'regex', 'map', 'bots'),
        cache: bool(),
        strategy: oneOf('LRU', 'LFU', 'ARC'),
        size: integer(),
        ttl: durationText(),
      }),
      ({ source_url, dest_file, ...rest }) => ({ sourceUrl: source_url, destFile: dest_file, ...rest }),
    ),
  )
}
