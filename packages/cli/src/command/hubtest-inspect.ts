import { join } from 'node:path'
import {
  createHubTest,
  evalHubTest,
  explainLines,
  type HubTest,
  hubDataFile,
  hubTestCoverage,
  itemsOfTest,
  type ItemCoverage,
  listHubTests,
  readHub,
  readHubTest,
  readLogLines,
  renderExplanations,
  replayTest,
} from '@tocsin/hub'
import type { Context } from '../context.ts'
import { parseTimestamp, splitNames } from '../flags.ts'
import { formatTable, printableLines } from '../output/table.ts'
import type { BuildCommand } from '../program.ts'
import { addPlaceFlags, type PlaceFlags, placesOf } from './hubtest-places.ts'
import { plainValue } from './plain-value.ts'

interface CreateFlags extends PlaceFlags {
  type: string
  parsers: string[]
  scenarios: string[]
  postoverflows: string[]
  ignoreParsers?: boolean
}

interface CoverageFlags extends PlaceFlags {
  percent?: boolean
  parsers?: boolean
  scenarios?: boolean
}

/** What most tests of the shipped items need besides the parser that they are about. */
const ownParsers = ['tocsin/syslog', 'tocsin/date']

/** The verbs of hubtest besides run: what is there, what a test does, and a new one. */
export const buildInspection: BuildCommand = (command, context) => {
  addPlaceFlags(command.command('list').summary('list the tests'))
    .description('List the tests.')
    .action((flags: PlaceFlags) => {
      const names = listHubTests(placesOf(flags).testsFolder)
      const text = () => names.map((name) => `${name}\n`).join('')
      context().print({ json: () => names, raw: text, human: text })
    })

  addPlaceFlags(command.command('info').summary('show what tests install and read'))
    .description('Show what tests install and read.')
    .argument('<name...>', 'names of tests')
    .action((names: string[], flags: PlaceFlags) => info(context(), names, flags))

  addPlaceFlags(command.command('create').summary('create a test'))
    .description(
      'Create a test: its configuration, an empty log and empty asserts. Its first run proposes asserts.',
    )
    .argument('<name>', 'name of the test')
    .requiredOption('-t, --type <type>', 'type label of its lines, such as syslog')
    .option('-p, --parsers <names>', 'parsers, separated by commas', splitNames, [])
    .option('-s, --scenarios <names>', 'scenarios, separated by commas', splitNames, [])
    .option('--postoverflows <names>', 'postoverflows, separated by commas', splitNames, [])
    .option('--ignore-parsers', 'judge scenarios only')
    .action((name: string, flags: CreateFlags) => {
      const { type, scenarios, postoverflows, ignoreParsers = false } = flags
      const isOwn = flags.hub === undefined && flags.parsers.length === 0
      const parsers = isOwn ? ownParsers : flags.parsers
      const { testsFolder } = placesOf(flags)
      const files = createHubTest(testsFolder, {
        name,
        logType: type,
        parsers,
        scenarios,
        postoverflows,
        ignoreParsers,
      })
      const text = () => files.map((file) => `${file}\n`).join('')
      context().print({ json: () => files, raw: text, human: text })
    })

  addPlaceFlags(command.command('coverage').summary('show which items have tests'))
    .description('Show which items have tests.')
    .option('--percent', 'only the share of items with a test')
    .option('--parsers', 'only parsers')
    .option('--scenarios', 'only scenarios')
    .action((flags: CoverageFlags) => coverage(context(), flags))

  addPlaceFlags(command.command('explain').summary("explain the lines of a test's log"))
    .description("Explain the lines of a test's log: which parsers and scenarios of the test take them.")
    .argument('<name>', 'name of the test')
    .option('-v, --verbose', 'show what every parser changed')
    .option('--now <time>', 'RFC 3339 time that completes lines without a year', parseTimestamp)
    .action((name: string, flags: PlaceFlags & { verbose?: boolean; now?: number }) =>
      explain(context(), name, flags),
    )

  addPlaceFlags(command.command('eval').summary('evaluate an expression over the results of a test'))
    .description(
      'Evaluate an expression over the results of a test, as a line of its assert files sees them.',
    )
    .argument('<name>', 'name of the test')
    .requiredOption('-e, --expr <expression>', 'such as: len(results)')
    .option('--now <time>', 'RFC 3339 time that completes lines without a year', parseTimestamp)
    .action(async (name: string, flags: PlaceFlags & { expr: string; now?: number }) => {
      const test = readHubTest(placesOf(flags).testsFolder, name)
      const { items, dataFile } = itemsFor(test, flags)
      const run = await replayTest(test, items, dataFile, clockOf(flags))
      const value = plainValue(evalHubTest(run, flags.expr))
      const text = () => `${printableLines(JSON.stringify(value, null, 1) ?? 'null')}\n`
      context().print({ json: () => value, raw: text, human: text })
    })
}

function info(at: Context, names: readonly string[], flags: PlaceFlags): void {
  const tests = names.map((name) => readHubTest(placesOf(flags).testsFolder, name))
  const rows = tests.flatMap((test) => [
    ['name', test.name],
    ['folder', test.folder],
    ['parsers', test.parsers.join(', ')],
    ['scenarios', test.scenarios.join(', ')],
    ['postoverflows', test.postoverflows.join(', ')],
    ['log', join(test.folder, test.logFile)],
    ['type', test.logType],
    ['ignore parsers', String(test.ignoreParsers)],
  ])
  const text = () => formatTable([{ title: 'FIELD' }, { title: 'VALUE' }], rows)
  const json = () => tests.map((test) => ({ ...test, labels: Object.fromEntries(test.labels) }))
  at.print({ json, raw: text, human: text })
}

function coverage(at: Context, flags: CoverageFlags): void {
  const { hubFolder, testsFolder } = placesOf(flags)
  const any = flags.parsers === true || flags.scenarios === true
  const wanted = ({ item }: ItemCoverage) =>
    !any ||
    (flags.parsers === true && item.type === 'parsers') ||
    (flags.scenarios === true && item.type === 'scenarios')
  const found = hubTestCoverage(readHub(hubFolder), testsFolder).filter(wanted)
  const covered = found.filter(({ tests }) => tests.length > 0).length
  const percent = found.length === 0 ? 0 : (covered * 100) / found.length
  const columns = [{ title: 'TYPE' }, { title: 'ITEM' }, { title: 'TESTS', align: 'right' as const }]
  const rows = found.map(({ item, tests }) => [item.type, item.name, String(tests.length)])
  const share = `${covered} of ${found.length} items have a test (${percent.toFixed(1)} %)\n`
  const text = () =>
    flags.percent === true ? `${percent.toFixed(1)}%\n` : formatTable(columns, rows) + share
  const json = () =>
    flags.percent === true
      ? { percent }
      : found.map(({ item, tests }) => ({ type: item.type, name: item.name, tests }))
  at.print({ json, raw: text, human: text })
}

function explain(at: Context, name: string, flags: PlaceFlags & { verbose?: boolean; now?: number }): void {
  const test = readHubTest(placesOf(flags).testsFolder, name)
  const { items, dataFile } = itemsFor(test, flags)
  const labels = new Map([...test.labels, ['type', test.logType]])
  const clock = flags.now === undefined ? Date.now : () => flags.now ?? 0
  const lines = readLogLines(join(test.folder, test.logFile), labels, clock())
  const explanations = explainLines(items, lines, { dataFile, clock })
  const text = () => printableLines(renderExplanations(explanations, { verbose: flags.verbose === true }))
  at.print({ json: () => plainValue(explanations), raw: text, human: text })
}

function itemsFor(test: HubTest, flags: PlaceFlags) {
  const { hubFolder, hubData, testsFolder } = placesOf(flags)
  const items = itemsOfTest(test, { hub: readHub(hubFolder), testsFolder })
  return { items, dataFile: hubDataFile(hubData) }
}

function clockOf({ now }: { now?: number }): { clock?: () => number } {
  return now === undefined ? {} : { clock: () => now }
}
