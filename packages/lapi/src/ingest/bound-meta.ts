import type { WireMeta } from '@tocsin/model'

const maxEventMetaBytes = 8191
const maxKeyBytes = 255
const maxValueBytes = 4095
const mark = '<stripped>'

type PostedMeta = readonly { key?: string; value?: string }[]

/** Context of an alert: keys and values cut to what is kept. */
export function boundAlertMeta(meta: PostedMeta): WireMeta[] {
  return meta.map(({ key = '', value = '' }) => ({
    key: cut(key, maxKeyBytes),
    value: cut(value, maxValueBytes),
  }))
}

/** Meta of an event: while the whole is too long, the longest values lose their tails, shorter and shorter ones. */
export function boundEventMeta(meta: PostedMeta): WireMeta[] {
  let bounded = meta.map(({ key = '', value = '' }) => ({ key, value }))
  for (let size = 2048; size > 0 && byteLength(bounded) > maxEventMetaBytes; size >>= 1) {
    bounded = bounded.map(({ key, value }) => ({
      key,
      value: Buffer.byteLength(value) > size * 2 ? cut(value, size) + mark : value,
    }))
  }
  return byteLength(bounded) > maxEventMetaBytes ? [] : bounded
}

function byteLength(meta: readonly WireMeta[]): number {
  return Buffer.byteLength(JSON.stringify(meta))
}

/** The text's first bytes, without a broken character at the end. */
function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  let end = maxBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
