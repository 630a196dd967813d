import { integer, refine, text } from '@tocsin/document'
import { parseDurationMs, parseIp, parseIpOrCidr } from '@tocsin/model'
import { parseListen } from './listen.ts'

/** Timers hold 24 days at most; nobody wants to wait longer than a day between two pulls. */
const longestMs = 24 * 3_600_000

export const duration = () =>
  refine(text(), (value) => {
    const ms = parseDurationMs(value)
    return ms !== null && ms > 0 && ms <= longestMs
      ? null
      : `"${value}" is not a duration above zero and up to 24h, such as 10s or 5m`
  })

export const age = () =>
  refine(text(), (value) =>
    (parseDurationMs(value) ?? 0) > 0 ? null : `"${value}" is not a duration above zero such as 7d`,
  )

/** After how long who is not seen may be deleted: longer than between two signs of life. */
const goneAfter = (least: string) =>
  refine(text(), (value) =>
    (parseDurationMs(value) ?? 0) >= (parseDurationMs(least) ?? 0)
      ? null
      : `"${value}" is not a duration of ${least} or more such as 30d`,
  )

/** Machines send a heartbeat each minute. */
export const machineGoneAfter = () => goneAfter('10m')

/** A bouncer that is pushed to counts as pulling when it connects, once a day. */
export const bouncerGoneAfter = () => goneAfter('2d')

export const listenAddress = () =>
  refine(text(), (value) =>
    parseListen(value)
      ? null
      : `"${value}" is not an address and a port such as 127.0.0.1:8080 or [::1]:8080`,
  )

export const lineBytes = () =>
  refine(integer(), (value) =>
    value >= 256 && value <= 16 * 1024 * 1024 ? null : 'it must be from 256 to 16777216',
  )

export const alertCount = () => refine(integer(), (value) => (value > 0 ? null : 'it must be above 0'))

export const nameServer = () =>
  refine(text(), (value) =>
    (parseIp(value) ?? parseIp(parseListen(value)?.host ?? ''))
      ? null
      : `"${value}" is not the address of a name server such as 192.0.2.53 or [2001:db8::53]:5353`,
  )

export const databasePlace = () =>
  refine(text(), (value) =>
    /^(?:postgres(?:ql)?|mysql|mariadb):\/\/|^sqlite:./.test(value)
      ? null
      : `"${value}" is not postgres://..., mysql://... or sqlite:PATH`,
  )

export const block = () =>
  refine(text(), (value) =>
    parseIpOrCidr(value) ? null : `"${value}" is not an address or a range such as 192.0.2.0/24`,
  )

/** A text nobody can guess, of so many characters or more. */
export const secret = (least: number) =>
  refine(text(), (value) =>
    value.length >= least
      ? null
      : `it must have ${least} characters or more; make one with: openssl rand -hex 32`,
  )

export const tableName = () =>
  refine(text(), (value) =>
    /^[A-Za-z_][A-Za-z0-9_-]{0,30}$/.test(value) ? null : `"${value}" is not a name for a table`,
  )
