import type { DatabaseName } from './lapi/databases.ts'

/** One figure of a bench: a measured value, and the budget that it must keep where there is one. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** The most (`max`) or the least (`min`) that the value may be. */
  readonly budget?: { readonly max: number } | { readonly min: number }
}

/** What one measurement of a case gave: quantities by name. */
export type Sample = Readonly<Record<string, number>>

/** One thing that is measured at once. */
export interface Case {
  readonly name: string
  /** Measures the checkout at `root`, this one or another. Throws Unavailable where it cannot be done. */
  measure(root: string): Promise<Sample>
}

/** What a case throws that this machine or that checkout does not have. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

/** A bench made ready: its files are written. */
export interface Prepared {
  /** Measured one after another, once a round. */
  readonly cases: readonly Case[]
  /** What the samples of one round say, by the names of the cases; those that were not available are missing. */
  figures(samples: ReadonlyMap<string, Sample>): Figure[]
  close?(): void
}

export interface Settings {
  /** Our own logs and content instead of the reference data. */
  readonly own: boolean
  /** What takes minutes as well. */
  readonly long: boolean
  /** What the Local API stores in. */
  readonly database: DatabaseName
  /** How long the Local API is used on, once it was measured. */
  readonly soakMinutes: number
}

/** One promise of speed or size: what it measures, and how. */
export interface Bench {
  readonly name: string
  readonly promise: string
  /** How often its cases are measured unless told; figures are medians. */
  readonly rounds: number
  prepare(settings: Settings): Prepared
}

export function keepsBudget({ value, budget }: Figure): boolean {
  if (!budget) return true
  return 'max' in budget ? value <= budget.max : value >= budget.min
}

/** The middle value; the mean of the two middle ones where their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = Number.NaN, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}
