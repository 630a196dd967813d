/**
 * Runs a tocsin command under V8's profiler and prints where its time went, for each thread:
 * `npm run profile -- [--top N] [--into FOLDER] replay LOG --type nginx`. What the command writes to standard output is
 * thrown away; the profiles stay in FOLDER (`.tocsin/profile` unless told) for a browser's or an editor's viewer.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CpuProfile, type FunctionTime, summarize } from '../bench/cpu-profile.ts'
import { formatTable } from '../packages/cli/src/output/table.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const launcher = join(root, 'packages/cli/bin/tocsin.js')
const bundledNode = join(root, 'node_modules/.bin/node')
/** Beneath these many milliseconds a thread is not worth a table. */
const worthShowingMs = 20
const widest = 60

const usage = 'usage: npm run profile -- [--top N] [--into FOLDER] COMMAND [ARGUMENTS...]'
// npm runs scripts in the project's folder; paths of the user are those of where the user stands.
const cwd = process.env['INIT_CWD'] ?? process.cwd()
const { top, into, command } = readArguments(process.argv.slice(2))

const folder = resolve(cwd, into)
mkdirSync(folder, { recursive: true })
const before = new Set(readdirSync(folder))
const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500']
const quiet = '--disable-warning=ExperimentalWarning'
const { status, error } = spawnSync(bundledNode, [...flags, quiet, launcher, ...command], {
  cwd,
  stdio: ['inherit', 'ignore', 'inherit'],
})
if (error) throw error
if (status !== 0) process.exitCode = status ?? 1

const profiles = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile') && !before.has(name))
for (const name of profiles.sort()) show(join(folder, name))
if (profiles.length === 0) {
  console.error(`no profile was written into ${folder}`)
  process.exitCode = 1
}

function readArguments(given: readonly string[]): { top: number; into: string; command: readonly string[] } {
  const words = [...given]
  let top = 30
  let into = join(root, '.tocsin/profile')
  for (let option = words[0]; option?.startsWith('--'); option = words[0]) {
    const value = words[1] ?? ''
    if (option === '--top') top = Number(value)
    else if (option === '--into') into = value
    else fail(`unknown option ${option}`)
    words.splice(0, 2)
  }
  if (words.length === 0 || into === '' || !Number.isInteger(top) || top < 1) fail('a command is needed')
  return { top, into, command: words }
}

function fail(reason: string): never {
  console.error(`${reason}\n${usage}`)
  process.exit(2)
}

function show(path: string): void {
  const summary = summarize(JSON.parse(readFileSync(path, 'utf8')) as CpuProfile, root)
  const { busyMs, idleMs, busyTicks } = summary
  console.log(`\n${path}: ${seconds(busyMs)} busy, ${seconds(idleMs)} waiting`)
  if (busyMs < worthShowingMs) return
  const share = (ms: number) => percent(ms / busyMs)
  const row = (time: FunctionTime) => [
    share(time.selfMs),
    share(time.totalMs),
    cut(time.name),
    whereabouts(time),
  ]
  const columns = [
    { title: 'SELF', align: 'right' },
    { title: 'TOTAL', align: 'right' },
    { title: 'FUNCTION' },
    { title: 'PLACE' },
  ] as const
  console.log(
    `\nHottest functions by themselves\n${formatTable(columns, summary.functions.slice(0, top).map(row))}`,
  )
  const byTotal = summary.functions
    .filter(({ place }) => place !== '' && !place.startsWith('node:') && !place.startsWith('generated'))
    .sort((a, b) => b.totalMs - a.totalMs)
  console.log(`With all that they call\n${formatTable(columns, byTotal.slice(0, top).map(row))}`)
  const lines = summary.lines
    .filter(({ place }) => place !== '')
    .slice(0, Math.ceil(top / 2))
    .map(({ ticks, place, name }) => [percent(ticks / busyTicks), cut(name), place])
  console.log(
    `Hottest lines\n${formatTable([{ title: 'SELF', align: 'right' }, { title: 'FUNCTION' }, { title: 'LINE' }], lines)}`,
  )
}

/** Code made from text says little by its place: who calls it says more. */
function whereabouts({ place, caller }: FunctionTime): string {
  if (place.startsWith('generated')) return `${place}, called by ${caller}`
  return place === '' ? '(V8)' : place
}

function cut(name: string): string {
  const characters = Array.from(name)
  return characters.length <= widest ? name : `${characters.slice(0, widest - 1).join('')}…`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
