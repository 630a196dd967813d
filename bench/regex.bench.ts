import type { Bench, Figure, Prepared, Sample, Settings } from './bench.ts'
import { childSample } from './child-sample.ts'
import { hasSharedPatterns } from './regex/corpus.ts'

/** Time of expressions on ordinary and on hostile lines, against V8's bare patterns and against themselves. */
export const regex: Bench = {
  name: 'regex',
  promise: 'ordinary lines cost what V8 costs, hostile ones grow linearly, whatever the expression',
  rounds: 1,
  prepare,
}

const cases: Record<string, (sample: Sample, own: boolean) => Figure[]> = {
  lines: (sample, own) => (own ? withoutBudgets(lineFigures(sample)) : lineFigures(sample)),
  sets: (sample, own) => (own ? withoutBudgets(setFigures(sample)) : setFigures(sample)),
  groks: (sample) => hostileFigures('groks', sample),
  patterns: (sample) => hostileFigures('patterns of the hub', sample),
  bombs: (sample) => hostileFigures('bombs', sample),
}

function prepare({ own }: Settings): Prepared {
  const ours = own || !hasSharedPatterns()
  if (ours && !own)
    console.log('our own patterns: the reference data is not there (TOCSIN_SHARED says where it is)')
  const flags = ours ? ['--own'] : []
  return {
    cases: Object.keys(cases).map((name) => ({
      name,
      measure: (root) => Promise.resolve(childSample(root, 'regex/measure.ts', [name, ...flags])),
    })),
    figures: (samples) => [...samples].flatMap(([name, sample]) => cases[name]?.(sample, ours) ?? []),
  }
}

/** Lines made of our own expressions are no ordinary ones, and our lists are short: their ratios say little. */
function withoutBudgets(figures: readonly Figure[]): Figure[] {
  return figures.map(({ what, value, unit }) => ({ what, value, unit }))
}

function lineFigures(sample: Sample): Figure[] {
  const { matchOurs = 0, matchPlain = 0, matchRe2js = 0, missOurs = 0, missPlain = 0 } = sample
  return [
    { what: 'match: a line', value: matchOurs, unit: 'µs' },
    {
      what: 'match: over the bare V8 pattern',
      value: matchOurs / matchPlain,
      unit: 'times',
      budget: { max: 1.3 },
    },
    { what: 'match: over re2js', value: matchOurs / matchRe2js, unit: 'times', budget: { max: 0.02 } },
    { what: 'miss: a line', value: missOurs, unit: 'µs' },
    {
      what: 'miss: over the bare V8 pattern',
      value: missOurs / missPlain,
      unit: 'times',
      budget: { max: 0.5 },
    },
  ]
}

function setFigures(sample: Sample): Figure[] {
  const {
    expressions = 0,
    set = 0,
    singles = 0,
    joined = 0,
    literals = 0,
    literalSet = 0,
    includes = 0,
  } = sample
  const at = (what: string, value: number, max: number): Figure => ({
    what,
    value,
    unit: 'times',
    budget: { max },
  })
  return [
    { what: `set of ${expressions} expressions: a text`, value: set, unit: 'µs' },
    at(`set of ${expressions} expressions: over one by one`, set / singles, 0.1),
    at(`set of ${expressions} expressions: over one V8 alternation`, set / joined, 1),
    { what: `set of ${literals} literals: a text`, value: literalSet, unit: 'µs' },
    at(`set of ${literals} literals: over includes, one by one`, literalSet / includes, 1),
  ]
}

function hostileFigures(name: string, sample: Sample): Figure[] {
  const { targets = 0, faults = 0, growth = 0, median = 0, medianWhole = 0 } = sample
  const { worstShort = 0, worst = 0, worstWhole = 0 } = sample
  const ms = (what: string, value: number, max?: number): Figure => ({
    what: `hostile, ${targets} ${name}: ${what}`,
    value,
    unit: 'ms',
    ...(max === undefined ? {} : { budget: { max } }),
  })
  return [
    { ...ms('not answered by a linear engine', faults, 0), unit: '' },
    ms('1 KB, worst', worstShort, 100),
    ms('16 KB, worst', worst, 100),
    ms('16 KB, median of the worsts', median, 3),
    ms('64 KB, worst', worstWhole),
    ms('64 KB, median of the worsts', medianWhole),
    { ...ms('64 KB over 32 KB, worst', growth, 2.5), unit: 'times' },
  ]
}
