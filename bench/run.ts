/**
 * Runs the benches: all, or those named. Prints every figure with its budget and exits with 1 when one is broken.
 *
 *     npm run bench -- [replay|regex|buckets|lapi]... [--rounds N] [--own] [--long] [--compare COMMIT]
 *                      [--database sqlite|postgresql|mysql] [--soak MINUTES]
 */
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatTable } from '../packages/cli/src/output/table.ts'
import { type Bench, type Figure, keepsBudget, type Settings } from './bench.ts'
import { compare, measureRounds, type Spread, spreads } from './rounds.ts'
import { buckets } from './buckets.bench.ts'
import { lapi } from './lapi.bench.ts'
import { regex } from './regex.bench.ts'
import { replay } from './replay.bench.ts'
import { databases } from './lapi/databases.ts'
import { addWorktree } from './worktree.ts'

const benches: readonly Bench[] = [replay, regex, buckets, lapi]
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    own: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    compare: { type: 'string' },
    database: { type: 'string', default: 'sqlite' },
    soak: { type: 'string', default: '0' },
  },
})
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
const database = databases.find((name) => name === values.database)
const soakMinutes = Number(values.soak)
const isBadCount = rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)
if (unknown.length > 0 || isBadCount || database === undefined || !(soakMinutes >= 0)) {
  const known = benches.map(({ name }) => name).join('|')
  console.error(
    `usage: npm run bench -- [${known}]... [--rounds N] [--own] [--long] [--compare COMMIT]\n` +
      `                        [--database ${databases.join('|')}] [--soak MINUTES]`,
  )
  process.exit(2)
}

const { own, long } = values
const settings: Settings = { own, long, database, soakMinutes }
const wanted = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
const broken = values.compare === undefined ? await holdBudgets() : await compareWith(values.compare)
if (broken > 0) {
  console.error(`\n${broken} budget(s) broken`)
  process.exitCode = 1
}

/** Gives the number of broken budgets. */
async function holdBudgets(): Promise<number> {
  let broken = 0
  for (const bench of wanted) {
    const measured = await measureOf(bench, [root])
    const figures = spreads(measured, 0)
    const columns = [
      { title: 'FIGURE' },
      { title: 'MEDIAN', align: 'right' },
      { title: 'UNIT' },
      { title: 'LEAST', align: 'right' },
      { title: 'MOST', align: 'right' },
      { title: 'BUDGET' },
    ] as const
    console.log(formatTable(columns, figures.map(rowOf)))
    broken += figures.filter(({ figure }) => !keepsBudget(figure)).length
  }
  return broken
}

function rowOf({ figure, least, most }: Spread): string[] {
  const { what, value, unit } = figure
  return [what, formatNumber(value), unit, formatNumber(least), formatNumber(most), verdict(figure)]
}

function verdict(figure: Figure): string {
  const { budget } = figure
  if (!budget) return ''
  const limit = 'max' in budget ? `at most ${budget.max}` : `at least ${budget.min}`
  return `${limit}: ${keepsBudget(figure) ? 'ok' : 'BROKEN'}`
}

/** The other commit against what lies here, committed or not. No budget is held. */
async function compareWith(commit: string): Promise<number> {
  const base = addWorktree(root, commit)
  const end = () => {
    base.remove()
    process.exit(130)
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    if (base.otherDependencies)
      console.log(`${commit} wants other dependencies: it is measured with the installed ones`)
    for (const bench of wanted) {
      const measured = await measureOf(bench, [base.root, root])
      const columns = [
        { title: 'FIGURE' },
        { title: commit.toUpperCase(), align: 'right' },
        { title: 'HERE', align: 'right' },
        { title: 'UNIT' },
        { title: 'RATIO', align: 'right' },
        { title: 'SPREAD' },
      ] as const
      const rows = compare(measured).map(({ what, base, work, unit, ratio, least, most }) => [
        what,
        formatNumber(base),
        formatNumber(work),
        unit,
        ratio.toFixed(3),
        `${least.toFixed(3)} to ${most.toFixed(3)}`,
      ])
      console.log(formatTable(columns, rows))
    }
  } finally {
    base.remove()
  }
  return 0
}

async function measureOf(bench: Bench, roots: readonly string[]): ReturnType<typeof measureRounds> {
  console.log(`\n${bench.name}: ${bench.promise}`)
  const prepared = bench.prepare(settings)
  try {
    const measured = await measureRounds(prepared, roots, rounds ?? bench.rounds)
    warnOfLoad()
    for (const [name, reason] of measured.unavailable) console.log(`not available: ${name}: ${reason}`)
    return measured
  } finally {
    prepared.close?.()
  }
}

/** Beside other work, wall times say nothing and CPU times too much. */
function warnOfLoad(): void {
  const [load = 0] = loadavg()
  const cores = availableParallelism()
  if (load > cores)
    console.log(`the machine is busy (load ${load.toFixed(1)} on ${cores} cores): read the ratios only`)
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
