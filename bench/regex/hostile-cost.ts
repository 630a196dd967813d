import { compileRegex, compileRegexSet } from '../../packages/regex/src/index.ts'
import { hostileLines, inflatedLines, regexBombs } from '../../packages/regex/test/hostile.ts'
import { linearityFaults } from '../../packages/regex/test/linearity.ts'
import { median, type Sample } from '../bench.ts'
import { linesFor, readPatterns, readSubjects } from './corpus.ts'

/** Something that hostile lines are put to. */
interface Target {
  readonly name: string
  /** What answers, without anything learnt from earlier lines. */
  fresh(): (text: string) => unknown
  /** Always as many, each the beginning of its longer self. */
  lines(length: number): string[]
  /** What speaks against a linear answer to these lines. */
  faults(lines: readonly string[]): string[]
}

/** The longest that V8 is asked about, and the lengths of the promise. */
const lengths = { short: 1024, middle: 16_384, half: 32_768, whole: 65_536 }
/** Costs above this are measured again, by length: the machine may have been busy with something else. */
const doubtfulMs = new Map([
  [lengths.short, 2],
  [lengths.middle, 2.5],
  [lengths.whole, 8],
])
const repetitions = 3
const growthRepetitions = 5
/** A shorter time than this says nothing about growth. */
const growthFromMs = 5
const mostGrowth = 2.5
const warmUpTargets = 40

/** The groks of the reference data with the inputs that other engines were measured with. */
export function hostileGroks(own: boolean): Sample {
  const targets = readSubjects(own).map(({ source, matching }, index) =>
    expression(`grok ${index}`, source, (length) => hostileLines(matching.slice(0, 2), length)),
  )
  return costOf(targets)
}

/** Every pattern of the hub, also with each of its repeats blown up. */
export function hostilePatterns(own: boolean): Sample {
  const { patterns, lists } = readPatterns(own)
  const targets = patterns.map(({ source, file }) => {
    const matching = linesFor(source)
    const lines = (length: number) => [...hostileLines(matching, length), ...inflatedLines(source, length)]
    return expression(`${file}: ${source}`, source, lines)
  })
  const sets = lists.map(({ file, sources }): Target => {
    const seeds = [0, sources.length >> 1].flatMap((index) => linesFor(sources[index] ?? ''))
    return {
      name: file,
      fresh() {
        const set = compileRegexSet(sources)
        return (text) => set.firstMatch(text)
      },
      lines: (length) => hostileLines(seeds, length),
      faults: (lines) => sources.flatMap((source) => linearityFaults(source, lines)),
    }
  })
  return costOf([...targets, ...sets])
}

/** Expressions known to bring other engines down. */
export function hostileBombs(): Sample {
  return costOf(
    regexBombs.map(({ source, text }) =>
      expression(source, source, (length) => [
        text(length),
        ...hostileLines([], length),
        ...inflatedLines(source, length),
      ]),
    ),
  )
}

function expression(name: string, source: string, lines: (length: number) => string[]): Target {
  return {
    name,
    fresh() {
      const regex = compileRegex(source)
      return (text) => regex.exec(text)
    },
    lines,
    faults: (texts) => linearityFaults(source, texts),
  }
}

function costOf(targets: readonly Target[]): Sample {
  for (const target of targets.slice(0, warmUpTargets)) lineCosts(target, target.lines(lengths.middle))
  const short = worstOf(targets, lengths.short)
  const middle = worstOf(targets, lengths.middle)
  const whole = worstOf(targets, lengths.whole)
  return {
    targets: targets.length,
    faults: targets.reduce((sum, target) => sum + reported(target.faults(target.lines(lengths.middle))), 0),
    worstShort: tell('1 KB', short),
    worst: tell('16 KB', middle),
    median: median(middle.map(({ ms }) => ms)),
    worstWhole: tell('64 KB', whole),
    medianWhole: median(whole.map(({ ms }) => ms)),
    growth: worstGrowth(whole),
  }
}

interface Cost {
  readonly target: Target
  readonly ms: number
  readonly line: string
}

function worstOf(targets: readonly Target[], length: number): Cost[] {
  return targets.map((target) => {
    const lines = target.lines(length)
    const costs = checkedCosts(target, lines, doubtfulMs.get(length) ?? 0)
    const ms = Math.max(...costs)
    return { target, ms, line: lines[costs.indexOf(ms)] ?? '' }
  })
}

/** Milliseconds of CPU for each line, the first of them with the building of what answers it. */
function lineCosts(target: Target, lines: readonly string[]): number[] {
  const run = target.fresh()
  let before = usedMs()
  return lines.map((line) => {
    run(line)
    const after = usedMs()
    const ms = after - before
    before = after
    return ms
  })
}

const nothing = new Int32Array(new SharedArrayBuffer(4))

/** The CPU time of this thread. The kernel's books are right only when a thread has just slept. */
function usedMs(): number {
  Atomics.wait(nothing, 0, 0, 0.01)
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The same, the least of several measurements where one of them is above the limit. */
function checkedCosts(target: Target, lines: readonly string[], limit: number): number[] {
  let costs = lineCosts(target, lines)
  for (let turn = 1; turn < repetitions && costs.some((ms) => ms > limit); turn++) {
    costs = least(costs, lineCosts(target, lines))
  }
  return costs
}

/** How much longer a line of 64 KB takes than its first half, where that takes long enough to tell; 0 for nowhere. */
function worstGrowth(wholes: readonly Cost[]): number {
  let worst = 0
  for (const { target } of wholes.filter(({ ms }) => ms > growthFromMs)) {
    for (const { growth, ms, line } of growthsOf(target)) {
      worst = Math.max(worst, growth)
      if (growth <= mostGrowth) continue
      console.error(`  grows ${growth.toFixed(2)} times from ${ms.toFixed(1)} ms: ${excerpt(target.name)}`)
      console.error(`    on ${excerpt(line)}`)
    }
  }
  return worst
}

/** Measured again while a line grows too much: the least of each length counts. */
function growthsOf(target: Target): { growth: number; ms: number; line: string }[] {
  const texts = { half: target.lines(lengths.half), whole: target.lines(lengths.whole) }
  let half = lineCosts(target, texts.half)
  let whole = lineCosts(target, texts.whole)
  const growths = () =>
    half.flatMap((ms, index) => {
      const line = texts.half[index] ?? ''
      return ms > growthFromMs ? [{ growth: (whole[index] ?? 0) / ms, ms, line }] : []
    })
  for (
    let turn = 1;
    turn < growthRepetitions && growths().some(({ growth }) => growth > mostGrowth);
    turn++
  ) {
    half = least(half, lineCosts(target, texts.half))
    whole = least(whole, lineCosts(target, texts.whole))
  }
  return growths()
}

function least(some: readonly number[], others: readonly number[]): number[] {
  return some.map((ms, index) => Math.min(ms, others[index] ?? ms))
}

/** Names the worst of them. */
function tell(length: string, costs: readonly Cost[]): number {
  const [worst] = costs.toSorted((a, b) => b.ms - a.ms)
  if (!worst) throw new Error('there is nothing to measure')
  console.error(`  worst at ${length}: ${worst.ms.toFixed(1)} ms, ${excerpt(worst.target.name)}`)
  console.error(`    on ${excerpt(worst.line)}`)
  return worst.ms
}

function reported(faults: readonly string[]): number {
  for (const fault of faults) console.error(`  not linear: ${excerpt(fault)}`)
  return faults.length
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
