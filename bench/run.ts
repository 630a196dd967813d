/**
 * Runs the benches: all, or those named (`npm run bench -- replay`). Prints every figure with its budget and exits with
 * 1 when one is broken.
 */
import { type Bench, type Figure, keepsBudget } from './bench.ts'
import { replay } from './replay.bench.ts'

const benches: readonly Bench[] = [replay]

const names = process.argv.slice(2)
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name))
if (unknown.length > 0) {
  console.error(`unknown bench: ${unknown.join(', ')}; known: ${benches.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

let broken = 0
for (const bench of benches) {
  if (names.length > 0 && !names.includes(bench.name)) continue
  console.log(`\n${bench.name}: ${bench.promise}`)
  const figures = await bench.run()
  for (const figure of figures) console.log(formatFigure(figure))
  broken += figures.filter((figure) => !keepsBudget(figure)).length
}
if (broken > 0) {
  console.error(`\n${broken} budget(s) broken`)
  process.exitCode = 1
}

function formatFigure(figure: Figure): string {
  const { what, value, unit, budget } = figure
  const limit = !budget ? '' : 'max' in budget ? `  (at most ${budget.max})` : `  (at least ${budget.min})`
  const verdict = !budget ? '' : keepsBudget(figure) ? '  ok' : '  BROKEN'
  return `  ${what.padEnd(58)} ${formatNumber(value).padStart(12)} ${unit.padEnd(18)}${limit}${verdict}`
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
