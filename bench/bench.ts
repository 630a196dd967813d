/** One figure of a bench: a measured value, and the budget that it must keep where there is one. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** The most (`max`) or the least (`min`) that the value may be. Ratios of one run, never absolute times. */
  readonly budget?: { readonly max: number } | { readonly min: number }
}

/** One promise of speed or size: what it measures, and how. */
export interface Bench {
  readonly name: string
  readonly promise: string
  run(): Promise<readonly Figure[]>
}

export function keepsBudget({ value, budget }: Figure): boolean {
  if (!budget) return true
  return 'max' in budget ? value <= budget.max : value >= budget.min
}
