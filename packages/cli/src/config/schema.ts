import { acquisitionSchema } from '@tocsin/agent'
import { bool, integer, list, located, object, oneOf, refine, required, text } from '@tocsin/document'
import { profileSchema } from '@tocsin/lapi/profile'
import { parseDurationMs, parseIp, parseIpOrCidr } from '@tocsin/model'
import { compileRegex } from '@tocsin/regex'
import { logLevels } from '../output/logger.ts'
import { parseListen } from './listen.ts'

/** Timers hold 24 days at most; nobody wants to wait longer than a day between two pulls. */
const longestMs = 24 * 3_600_000

const duration = () =>
  refine(text(), (value) => {
    const ms = parseDurationMs(value)
    return ms !== null && ms > 0 && ms <= longestMs
      ? null
      : `"${value}" is not a duration above zero and up to 24h, such as 10s or 5m`
  })

const listenAddress = () =>
  refine(text(), (value) =>
    parseListen(value)
      ? null
      : `"${value}" is not an address and a port such as 127.0.0.1:8080 or [::1]:8080`,
  )

const lineBytes = () =>
  refine(integer(), (value) =>
    value >= 256 && value <= 16 * 1024 * 1024 ? null : 'it must be from 256 to 16777216',
  )

const alertCount = () => refine(integer(), (value) => (value > 0 ? null : 'it must be above 0'))

const age = () =>
  refine(text(), (value) =>
    (parseDurationMs(value) ?? 0) > 0 ? null : `"${value}" is not a duration above zero such as 7d`,
  )

const nameServer = () =>
  refine(text(), (value) =>
    (parseIp(value) ?? parseIp(parseListen(value)?.host ?? ''))
      ? null
      : `"${value}" is not the address of a name server such as 192.0.2.53 or [2001:db8::53]:5353`,
  )

const databasePlace = () =>
  refine(text(), (value) =>
    /^(?:postgres(?:ql)?|mysql|mariadb):\/\/|^sqlite:./.test(value)
      ? null
      : `"${value}" is not postgres://..., mysql://... or sqlite:PATH`,
  )

const block = () =>
  refine(text(), (value) =>
    parseIpOrCidr(value) ? null : `"${value}" is not an address or a range such as 192.0.2.0/24`,
  )

const registrationToken = () =>
  refine(text(), (value) =>
    value.length >= 32 ? null : 'it must have 32 characters or more; make one with: openssl rand -hex 32',
  )

const tableName = () =>
  refine(text(), (value) =>
    /^[A-Za-z_][A-Za-z0-9_-]{0,30}$/.test(value) ? null : `"${value}" is not a name for a table`,
  )

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
  lapi: object({
    enabled: located(bool()),
    listen: located(listenAddress()),
    socket: located(text()),
    database: located(databasePlace()),
    trusted_ips: located(list(block())),
    trusted_proxies: located(list(block())),
    auto_registration: object({
      token: required(located(registrationToken())),
      allowed_ranges: required(located(list(block()))),
    }),
    tls: object({
      certificate: required(located(text())),
      key: required(located(text())),
      client_authorities: located(text()),
      client_verification: located(
        oneOf('none', 'request', 'requireAny', 'verifyIfGiven', 'requireAndVerify'),
      ),
      machine_units: located(list(text())),
      bouncer_units: located(list(text())),
      revoked: located(text()),
    }),
    access_log: located(bool()),
    max_alerts: located(alertCount()),
    max_age: located(age()),
  }),
  metrics: object({
    listen: required(located(listenAddress())),
    level: located(oneOf('full', 'aggregated', 'none')),
  }),
  client: object({
    url: required(located(text())),
    login: required(located(text())),
    password: required(located(text())),
  }),
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
