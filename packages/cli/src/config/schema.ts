import type { Acquisition } from '@tocsin/agent'
import { bool, type Infer, list, located, object, oneOf, required, type Schema, text } from '@tocsin/document'
import type { ProfileSpec } from '@tocsin/lapi/profile'
import { logLevels } from '../output/logger.ts'
import { clientSchema } from './client-config.ts'
import { lapiSchema } from './lapi-config.ts'
import { duration, lineBytes, listenAddress, nameServer, tableName } from './value-schemas.ts'

/** One entry of the sections that are in CrowdSec's formats, as their owners read it. */
export interface SectionSchemas {
  readonly source: Schema<Acquisition>
  readonly profile: Schema<ProfileSpec>
}

/** What a file says. */
export type ConfigFile = Partial<Infer<ReturnType<typeof configSchema>>>

/** The whole of `tocsin.yaml`. Every key is optional. */
export const configSchema = ({ source, profile }: SectionSchemas) =>
  object({
    state: located(text()),
    log: object({ level: located(oneOf(...logLevels)), format: located(oneOf('text', 'json')) }),
    items: object({
      hub: located(text()),
      data: located(text()),
      install: located(list(text())),
      tolerant: located(bool()),
    }),
    agent: object({
      enabled: located(bool()),
      max_line_bytes: located(lineBytes()),
      name_servers: located(list(nameServer())),
    }),
    lapi: lapiSchema,
    metrics: object({
      listen: required(located(listenAddress())),
      level: located(oneOf('full', 'aggregated', 'none')),
    }),
    client: clientSchema,
    enforce: located(oneOf('none', 'nftables')),
    nftables: object({
      table: located(tableName()),
      hooks: located(list(oneOf('input', 'forward'))),
      action: located(oneOf('drop', 'reject')),
      interval: located(duration()),
    }),
    sources: list(source),
    profiles: list(profile),
  })
