import { type Cidr, formatIp } from '@tocsin/model'
import { formatInterval, type Interval } from './interval.ts'
import { addressSet, type Family, rangeSet } from './ruleset.ts'

/** nft 1.0 reads at most eight digits of seconds; a decision that lasts longer is renewed by the reconciliation. */
export const maxTimeoutSeconds = 86_400_000

/** A part of a script that must not be cut, and how many elements it carries over netlink. */
export interface Step {
  readonly text: string
  readonly weight: number
}

interface Timed {
  readonly block: Cidr
  readonly until: number
}

const elementsPerStep = 300

/** Whole seconds that the kernel is to wait, rounded up; null where the time is over. */
function timeoutSeconds(until: number, now: number): number | null {
  if (until <= now) return null
  return Math.min(Math.ceil((until - now) / 1000), maxTimeoutSeconds)
}

/** Writes steps that change elements of the sets. All text comes from parsed addresses and numbers. */
export class ScriptWriter {
  readonly steps: Step[] = []
  readonly #table: string
  readonly #now: number

  constructor(table: string, now: number) {
    this.#table = table
    this.#now = now
  }

  /** Any text, such as a change of the structure. */
  raw(text: string): void {
    this.steps.push({ text, weight: 1 })
  }

  /** Addresses that are not in the set. One that is there all the same keeps its time. */
  addAddresses(family: Family, addresses: readonly Timed[]): void {
    for (const chunk of this.#chunks(addresses)) this.#addressStep(family, ['add'], chunk)
  }

  /**
   * Addresses that may be in the set with another end. An element's time cannot be changed on older kernels, nor
   * one be deleted that is not there: added (nothing happens where it is there), deleted, added.
   */
  updateAddresses(family: Family, addresses: readonly Timed[]): void {
    for (const chunk of this.#chunks(addresses)) this.#addressStep(family, ['add', 'delete', 'add'], chunk)
  }

  /** Addresses that may still be in the set and must not be: added, so that they are surely there, and deleted. */
  removeAddresses(family: Family, addresses: readonly Cidr[]): void {
    const chunk = addresses.map((block) => ({ block, until: this.#now + 60_000 }))
    for (const part of this.#chunks(chunk)) this.#addressStep(family, ['add', 'delete'], part)
  }

  /** Exactly these intervals in the set of ranges. */
  setRanges(family: Family, intervals: readonly Interval[]): void {
    const set = `inet ${this.#table} ${rangeSet(family)}`
    this.raw(`flush set ${set}\n`)
    for (let at = 0; at < intervals.length; at += elementsPerStep) {
      const elements = intervals.slice(at, at + elementsPerStep).flatMap((interval) => {
        const seconds = timeoutSeconds(interval.until, this.#now)
        return seconds === null ? [] : [`${formatInterval(family, interval)} timeout ${seconds}s`]
      })
      if (elements.length === 0) continue
      const text = `add element ${set} { ${elements.join(',\n')} }\n`
      this.steps.push({ text, weight: elements.length * 2 })
    }
  }

  #addressStep(family: Family, verbs: readonly ('add' | 'delete')[], chunk: readonly Timed[]): void {
    const timed: string[] = []
    const bare: string[] = []
    for (const { block, until } of chunk) {
      const seconds = timeoutSeconds(until, this.#now)
      if (seconds === null) continue
      const text = formatIp(block.ip)
      timed.push(`${text} timeout ${seconds}s`)
      if (verbs.length > 1) bare.push(text)
    }
    if (timed.length === 0) return
    const lines = verbs.map((verb) => {
      const elements = verb === 'add' ? timed : bare
      return `${verb} element inet ${this.#table} ${addressSet(family)} { ${elements.join(',\n')} }\n`
    })
    this.steps.push({ text: lines.join(''), weight: timed.length * verbs.length })
  }

  *#chunks(addresses: readonly Timed[]): Generator<readonly Timed[], void, undefined> {
    for (let at = 0; at < addresses.length; at += elementsPerStep) {
      yield addresses.slice(at, at + elementsPerStep)
    }
  }
}

/** Scripts of whole steps, each of at most this weight where its first step is not heavier by itself. */
export function joinSteps(steps: readonly Step[], maxWeight: number): string[] {
  const scripts: string[] = []
  let texts: string[] = []
  let weight = 0
  for (const step of steps) {
    if (texts.length > 0 && weight + step.weight > maxWeight) {
      scripts.push(texts.join(''))
      texts = []
      weight = 0
    }
    texts.push(step.text)
    weight += step.weight
  }
  if (texts.length > 0) scripts.push(texts.join(''))
  return scripts
}
