import { type Figure, median, type Prepared, type Sample, Unavailable } from './bench.ts'

/** A figure over several rounds. */
export interface Spread {
  /** With the median as its value. */
  readonly figure: Figure
  readonly least: number
  readonly most: number
}

/** Figures of several checkouts, measured by turns. */
export interface Measured {
  /** For each round, for each checkout, its figures by what they say. */
  readonly rounds: readonly (readonly ReadonlyMap<string, Figure>[])[]
  /** Cases that could not be measured, with the reason. */
  readonly unavailable: ReadonlyMap<string, string>
}

/**
 * Measures every case of a bench, once a round: each case of all checkouts before the next one, and every other round
 * in the opposite order, so that what else the machine does falls on all of them.
 */
export async function measureRounds(
  bench: Prepared,
  roots: readonly string[],
  count: number,
): Promise<Measured> {
  const unavailable = new Map<string, string>()
  const rounds: ReadonlyMap<string, Figure>[][] = []
  for (let round = 0; round < count; round++) {
    const samples = roots.map(() => new Map<string, Sample>())
    for (const one of bench.cases) {
      const turns = [...roots.entries()]
      if (round % 2 === 1) turns.reverse()
      for (const [index, root] of turns) {
        const key = roots.length > 1 ? `${one.name} at ${index === 0 ? 'the base' : 'the work'}` : one.name
        if (unavailable.has(key)) continue
        progress(`round ${round + 1} of ${count}: ${key}`)
        try {
          samples[index]?.set(one.name, await one.measure(root))
        } catch (error) {
          // A base that is too old for a measurement is no reason to do without the others.
          const isBase = roots.length > 1 && index === 0
          if (!(error instanceof Unavailable) && !isBase) throw error
          unavailable.set(
            key,
            error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error),
          )
        }
      }
    }
    rounds.push(
      samples.map((ofRoot) => new Map(bench.figures(ofRoot).map((figure) => [figure.what, figure]))),
    )
  }
  progress('')
  return { rounds, unavailable }
}

/** The figures of one checkout over all rounds. */
export function spreads({ rounds }: Measured, root: number): Spread[] {
  const [first] = rounds
  return [...(first?.[root]?.values() ?? [])].map((figure) => {
    const values = rounds.flatMap((round) => round[root]?.get(figure.what)?.value ?? [])
    return {
      figure: { ...figure, value: median(values) },
      least: Math.min(...values),
      most: Math.max(...values),
    }
  })
}

/** One figure of two checkouts. */
export interface Comparison {
  readonly what: string
  readonly unit: string
  readonly base: number
  readonly work: number
  /** Of the work to the base in the same round: the median, and the spread over the rounds. */
  readonly ratio: number
  readonly least: number
  readonly most: number
}

/** The figures that both checkouts have, the base being the first of the two. */
export function compare({ rounds }: Measured): Comparison[] {
  const [first] = rounds
  return [...(first?.[0]?.values() ?? [])].flatMap(({ what, unit }) => {
    const pairs = rounds.flatMap(([base, work]) => {
      const pair = { base: base?.get(what)?.value, work: work?.get(what)?.value }
      return pair.base === undefined || pair.work === undefined ? [] : [{ base: pair.base, work: pair.work }]
    })
    const ratios = pairs.map(({ base, work }) => (work === base ? 1 : work / base))
    if (ratios.length === 0) return []
    return [
      {
        what,
        unit,
        base: median(pairs.map(({ base }) => base)),
        work: median(pairs.map(({ work }) => work)),
        ratio: median(ratios),
        least: Math.min(...ratios),
        most: Math.max(...ratios),
      },
    ]
  })
}

/** What is being done, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
