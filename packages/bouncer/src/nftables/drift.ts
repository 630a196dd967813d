import type { Cidr } from '@tocsin/model'
import { type InForce, isAddress } from '../core/remediation.ts'
import { disjointIntervals, type Interval, ipToNumber, numberToIp } from './interval.ts'
import { type KernelElement, kernelIntervals } from './kernel-table.ts'
import type { Family } from './ruleset.ts'
import { maxTimeoutSeconds } from './script.ts'

interface Timed {
  readonly block: Cidr
  readonly until: number
}

/** What has to be done to a set of addresses. */
export interface AddressDrift {
  readonly missing: Timed[]
  readonly altered: Timed[]
  readonly extra: Cidr[]
}

/** What is over within this time is neither missed nor too much: the kernel and we may disagree on the moment. */
const endingMs = 3_000
/** Ends that differ by no more than this are the same: both sides count in whole seconds, at different moments. */
const toleranceMs = 10_000

/** The addresses in force of one family. */
export function addressesOf(all: InForce, family: Family): Timed[] {
  const addresses: Timed[] = []
  for (const { block, remediation } of all.entries()) {
    if (block.ip.version === family && isAddress(block)) addresses.push({ block, until: remediation.until })
  }
  return addresses
}

/** The ranges in force of one family as the kernel is to hold them. */
export function intervalsOf(all: InForce, family: Family): Interval[] {
  const ranges: Timed[] = []
  for (const { block, remediation } of all.ranges()) {
    if (block.ip.version === family) ranges.push({ block, until: remediation.until })
  }
  return disjointIntervals(ranges)
}

/** Compares the kernel's addresses with those in force. */
export function addressDrift(
  family: Family,
  wanted: readonly Timed[],
  elements: readonly KernelElement[],
  now: number,
): AddressDrift {
  const left = new Map(elements.map((element) => [element.first, element.remainingMs]))
  const missing: Timed[] = []
  const altered: Timed[] = []
  for (const timed of wanted) {
    const key = ipToNumber(timed.block.ip)
    const remainingMs = left.get(key)
    left.delete(key)
    if (timed.until - now <= endingMs) continue
    if (remainingMs === undefined) missing.push(timed)
    else if (!isSameEnd(timed.until, now + remainingMs, now)) altered.push(timed)
  }
  const extra = Array.from(left)
    .filter(([, remainingMs]) => remainingMs > endingMs)
    .map(([number]): Cidr => ({ ip: numberToIp(family, number), bits: family === 4 ? 32 : 128 }))
  return { missing, altered, extra }
}

/** How many of the kernel's intervals are not what they should be; the cure is to write them all. */
export function rangeDrift(
  wanted: readonly Interval[],
  elements: readonly KernelElement[],
  now: number,
): { missing: number; extra: number } {
  const lasting = (interval: Interval) => interval.until - now > endingMs
  const there = new Map(
    kernelIntervals(elements, now)
      .filter(lasting)
      .map((interval) => [intervalKey(interval), interval.until]),
  )
  let missing = 0
  for (const interval of wanted.filter(lasting)) {
    const until = there.get(intervalKey(interval))
    if (until === undefined || !isSameEnd(interval.until, until, now)) missing++
    else there.delete(intervalKey(interval))
  }
  return { missing, extra: there.size }
}

function intervalKey({ first, last }: Interval): string {
  return `${first}-${last}`
}

/** Ends beyond the kernel's reach are the same until half of what it could be given is over. */
function isSameEnd(wanted: number, there: number, now: number): boolean {
  const reach = maxTimeoutSeconds * 1000
  if (wanted - now > reach) return there - now > reach / 2 && there !== Infinity
  return Math.abs(wanted - there) <= toleranceMs
}
