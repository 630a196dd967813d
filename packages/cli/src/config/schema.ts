import { bool, integer, list, located, mapOf, object, oneOf, refine, text } from '@tocsin/document'
import { parseDurationMs } from '@tocsin/model'
import { logLevels } from '../output/logger.ts'

const duration = () =>
  refine(text(), (value) => {
    const ms = parseDurationMs(value)
    return ms !== null && ms > 0 ? null : `"${value}" is not a duration above zero such as 10s, 4h or 7d`
  })

const listenAddress = () =>
  refine(text(), (value) =>
    parseListen(value) ? null : `"${value}" is not an address and a port such as 127.0.0.1:8080 or [::1]:8080`,
  )

export const nftablesSchema = object({
  table: refine(text(), (value) => (/^[A-Za-z_][A-Za-z0-9_-]{0,30}$/.test(value) ? null : `"${value}" is not a name of a table`)),
  hooks: list(oneOf('input', 'forward', 'prerouting')),
  action: oneOf('drop', 'reject'),
  interval: duration(),
})

/** The whole of `tocsin.yaml`. Every key is optional; sections of CrowdSec's formats are read by their owners. */
export const configSchema = object({
  state: located(text()),
  log: object({ level: located(oneOf(...logLevels)), format: located(oneOf('text', 'json')) }),
  items: object({ hub: located(text()), data: located(text()), install: located(list(text())) }),
  agent: object({ enabled: located(bool()), max_line_bytes: located(integer()) }),
  lapi: object({
    enabled: located(bool()),
    listen: located(listenAddress()),
    socket: located(text()),
    trusted_ips: located(list(text())),
  }),
  client: object({ url: located(text()), login: located(text()), password: located(text()) }),
  enforce: located(oneOf('none', 'nftables')),
  nftables: nftablesSchema,
  sources: rawSection(),
  profiles: rawSection(),
})

/** A host and a port; null where the text is neither `host:port` nor `[v6]:port`. */
export function parseListen(text: string): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  return host === undefined || port > 65535 ? null : { host, port }
}

function rawSection() {
  return located(list(mapOf(() => null)))
}
