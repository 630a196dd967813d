import { lastIp, parseCidr, parseIp } from '@tocsin/model'
import { type Interval, ipToNumber } from './interval.ts'

/** An element as the kernel holds it: its addresses and what remains of its time (infinite where it has none). */
export interface KernelElement {
  readonly first: bigint
  readonly last: bigint
  readonly remainingMs: number
}

/** What nft printed about one table. */
export interface KernelTable {
  /** The same text for the same structure: chains, rules, sets and counters, without what changes in use. */
  readonly fingerprint: string
  readonly packets: number
  readonly bytes: number
  /** The elements of a set, empty where the listing was without them. */
  elements(set: string): KernelElement[]
}

interface Named {
  name?: unknown
  table?: unknown
  elem?: unknown
  packets?: unknown
  bytes?: unknown
}

const changing = new Set(['handle', 'packets', 'bytes', 'elem', 'count'])

/** Reads a listing of `nft -j`; null where the table of the family inet is not in it. */
export function readKernelTable(listing: unknown, table: string): KernelTable | null {
  const objects = objectsOf(listing).filter(({ kind, value }) => {
    return (kind === 'table' ? value.name : value.table) === table
  })
  if (!objects.some(({ kind }) => kind === 'table')) return null
  const counters = objects.filter(({ kind }) => kind === 'counter').map(({ value }) => value)
  const sets = objects.filter(({ kind }) => kind === 'set').map(({ value }) => value)
  return {
    fingerprint: JSON.stringify(objects, (key, value: unknown) => (changing.has(key) ? undefined : value)),
    packets: sum(counters.map((counter) => counter.packets)),
    bytes: sum(counters.map((counter) => counter.bytes)),
    elements: (set) => elementsOf(sets.find((candidate) => candidate.name === set)),
  }
}

/** Intervals of the kernel's elements in order of their first address, with ends on the given clock. */
export function kernelIntervals(elements: readonly KernelElement[], now: number): Interval[] {
  return elements
    .map(({ first, last, remainingMs }) => ({ first, last, until: now + remainingMs }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
}

function objectsOf(listing: unknown): { kind: string; value: Named }[] {
  const list = isObject(listing) ? listing.nftables : undefined
  if (!Array.isArray(list)) return []
  return list.filter(isObject).flatMap((entry) => {
    return Object.entries(entry).flatMap(([kind, value]) => (isObject(value) ? [{ kind, value }] : []))
  })
}

function elementsOf(set: Named | undefined): KernelElement[] {
  if (!Array.isArray(set?.elem)) return []
  const elements: KernelElement[] = []
  for (const entry of set.elem as unknown[]) {
    const wrapped = isObject(entry) && isObject(entry.elem) ? entry.elem : { val: entry }
    const bounds = boundsOf(wrapped.val)
    if (bounds === null) continue
    const remainingMs = typeof wrapped.expires === 'number' ? wrapped.expires * 1000 : Infinity
    elements.push({ ...bounds, remainingMs })
  }
  return elements
}

/** The addresses of `"a"`, `{"prefix": ...}` or `{"range": [a, b]}`; null for anything else. */
function boundsOf(value: unknown): { first: bigint; last: bigint } | null {
  if (typeof value === 'string') return between(value, value)
  if (!isObject(value)) return null
  const { prefix, range } = value
  if (Array.isArray(range)) return between(range[0], range[1])
  if (!isObject(prefix)) return null
  const block = parseCidr(`${String(prefix.addr)}/${String(prefix.len)}`)
  return block && { first: ipToNumber(block.ip), last: ipToNumber(lastIp(block)) }
}

function between(from: unknown, to: unknown): { first: bigint; last: bigint } | null {
  const first = parseIp(String(from))
  const last = parseIp(String(to))
  return first && last && { first: ipToNumber(first), last: ipToNumber(last) }
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
