import { acquisitionSchema } from '@tocsin/agent'
import { bool, list, located, object, oneOf, required, text } from '@tocsin/document'
import { profileSchema } from '@tocsin/lapi/profile'
import { compileRegex } from '@tocsin/regex'
import { logLevels } from '../output/logger.ts'
import { clientSchema } from './client-config.ts'
import { lapiSchema } from './lapi-config.ts'
import { duration, lineBytes, listenAddress, nameServer, tableName } from './value-schemas.ts'

/** The whole of `tocsin.yaml`. Every key is optional; sections in CrowdSec's formats are read by their owners. */
export const configSchema = object({
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
  sources: list(acquisitionSchema({ compilePattern: compileRegex })),
  profiles: list(profileSchema),
})
