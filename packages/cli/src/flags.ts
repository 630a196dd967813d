import { formatDuration, parseDuration } from '@tocsin/model'
import { InvalidArgumentError } from 'commander'
import { decisionDuration } from './decision-duration.ts'

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

/** The same object without its undefined values. */
export function defined<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}

/** A number of up to 15 digits. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** Go duration text, days written out as hours. */
export function goDuration(text: string): string {
  const ns = parseDuration(text)
  if (ns === null) throw new InvalidArgumentError('It must be a duration such as 30m, 4h or 7d.')
  return formatDuration(ns)
}

/** Go duration text of how long a decision is to last. */
export function lastingDuration(text: string): string {
  const duration = decisionDuration(text)
  if (duration === null)
    throw new InvalidArgumentError('It must be a duration above zero such as 30m, 4h or 7d, or permanent.')
  return duration
}

/** Go duration text above zero. */
export function positiveDuration(text: string): string {
  const ns = parseDuration(text)
  if (ns === null || ns <= 0n)
    throw new InvalidArgumentError('It must be a duration above zero such as 30m, 4h or 7d.')
  return formatDuration(ns)
}
