/** Measures one case of the bench of expressions in a process of its own: `node measure.ts CASE [--own]`. */
import type { Sample } from '../bench.ts'
import { hostileBombs, hostileGroks, hostilePatterns } from './hostile-cost.ts'
import { lineCosts } from './line-cost.ts'
import { setCosts } from './set-cost.ts'

const own = process.argv.includes('--own')
const cases: Record<string, () => Sample> = {
  lines: () => lineCosts(own),
  sets: () => setCosts(own),
  groks: () => hostileGroks(own),
  patterns: () => hostilePatterns(own),
  bombs: hostileBombs,
}
const name = process.argv[2] ?? ''
const measure = cases[name]
if (!measure) throw new Error(`there is no case ${name}`)
process.stdout.write(JSON.stringify(measure()))
