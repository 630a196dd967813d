import { InvalidArgumentError } from 'commander'

/** Adds `key:value` to the labels given so far. */
export function collectLabel(text: string, labels: Map<string, string>): Map<string, string> {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new InvalidArgumentError('It must be KEY:VALUE.')
  return labels.set(text.slice(0, colon), text.slice(colon + 1))
}

/** Milliseconds since the epoch of an RFC 3339 time. */
export function parseTimestamp(text: string): number {
  const ms = Date.parse(text)
  const wellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
  if (!wellFormed || Number.isNaN(ms))
    throw new InvalidArgumentError('It must be a time such as 2026-11-22T12:00:00Z.')
  return ms
}

/** Names separated by commas. */
export function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
