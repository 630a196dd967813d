import type { Bench, Figure, Prepared, Sample } from './bench.ts'
import { childSample } from './child-sample.ts'

/** Living partitions at any moment; all measurements pour the same million. */
const populations = [10_000, 100_000, 1_000_000]
/** What an engine allows its buckets unless told. */
const budgetMegabytes = 128

/** A million partitions, each poured into twice, of which few or all are alive at the same time. */
export const buckets: Bench = {
  name: 'buckets',
  promise:
    'an event costs the same however many partitions there are, and they keep within their budget of memory',
  rounds: 1,
  prepare,
}

function prepare(): Prepared {
  return {
    cases: populations.map((alive) => ({
      name: String(alive),
      measure: (root) => Promise.resolve(childSample(root, 'buckets/measure.ts', [String(alive)])),
    })),
    figures: (samples) => {
      const few = samples.get(String(populations[0]))
      return [...samples].flatMap(([alive, sample]) => figuresOf(Number(alive), sample, few))
    },
  }
}

function figuresOf(alive: number, sample: Sample, few: Sample | undefined): Figure[] {
  const { microseconds = 0, peak = 0, heap = 0, bytes = 0, count = 0, evicted = 0 } = sample
  const name = `${alive.toLocaleString('en')} alive`
  const figures: Figure[] = [
    { what: `${name}: CPU of an event`, value: microseconds, unit: 'µs' },
    { what: `${name}: peak memory of the process`, value: peak, unit: 'MB', budget: { max: 800 } },
    {
      what: `${name}: buckets, by estimate`,
      value: bytes / 2 ** 20,
      unit: 'MiB',
      budget: { max: budgetMegabytes },
    },
    // The estimate is what the budget goes by: it has to be about right.
    {
      what: `${name}: heap held over the estimate`,
      value: heap / (bytes / 2 ** 20),
      unit: 'times',
      budget: { max: 1.25 },
    },
    { what: `${name}: buckets at the end`, value: count, unit: '' },
    { what: `${name}: buckets given up for others`, value: evicted, unit: '' },
  ]
  const least = few?.['microseconds']
  if (least !== undefined && alive !== populations[0]) {
    const what = `${name}: CPU of an event over that with ${populations[0]?.toLocaleString('en')}`
    figures.push({ what, value: microseconds / least, unit: 'times', budget: { max: 1.5 } })
  }
  return figures
}
