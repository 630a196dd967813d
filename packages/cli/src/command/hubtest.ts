import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type HubTestResult, listHubTests, runHubTests } from '@tocsin/hub'
import { TocsinError } from '@tocsin/model'
import { contentFolder } from '../config/paths.ts'
import type { Context } from '../context.ts'
import { parseTimestamp } from '../flags.ts'
import { Progress } from '../output/progress.ts'
import { type BuildCommand, examples } from '../program.ts'
import { wholeNumber } from './alerts.ts'

interface PlaceFlags {
  hub?: string
  hubData?: string
  tests?: string
}

interface RunFlags extends PlaceFlags {
  all?: boolean
  now?: number
  maxJobs?: number
  reportSuccess?: boolean
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples('tocsin hubtest run --all', 'tocsin hubtest run ssh-bf --hub ./hub --hub-data ./hub-data'),
  )

  command
    .command('run')
    .summary('run tests of items by name, or all')
    .description('Run tests of items by name, or all. The exit code says whether all passed.')
    .argument('[name...]', 'names of tests')
    .option('--all', 'run every test')
    .option('--hub <dir>', "folder of items in the hub's layout; the items that Tocsin ships without this")
    .option('--hub-data <dir>', 'where the files that items name by URL lie')
    .option('--tests <dir>', 'where the tests lie; .tests of the hub without this')
    .option('--now <time>', 'RFC 3339 time that completes log lines without a year', parseTimestamp)
    .option('--max-jobs <n>', 'how many run at a time', wholeNumber)
    .option('--report-success', 'name the tests that passed too')
    .action(async (names: string[], flags: RunFlags) => run(context(), names, flags))

  command
    .command('list')
    .summary('list the tests')
    .description('List the tests.')
    .option('--hub <dir>', "folder of items in the hub's layout")
    .option('--tests <dir>', 'where the tests lie')
    .action((flags: PlaceFlags) => {
      const names = listHubTests(placesOf(flags).testsFolder)
      const text = () => names.map((name) => `${name}\n`).join('')
      context().print({ json: () => names, raw: text, human: text })
    })
}

async function run(at: Context, names: readonly string[], flags: RunFlags): Promise<void> {
  const places = placesOf(flags)
  const wanted = flags.all === true ? listHubTests(places.testsFolder) : names
  if (wanted.length === 0) {
    const hint =
      flags.all === true
        ? 'name the folder that holds them with --tests'
        : 'name tests, or run every one with --all'
    throw new TocsinError('CLI_USAGE', 'cannot run hub tests: there are none to run', { hint })
  }
  const progress = new Progress()
  let done = 0
  const report = await runHubTests({
    ...places,
    names: wanted,
    jobs: flags.maxJobs ?? availableParallelism(),
    ...(flags.now === undefined ? {} : { nowMs: flags.now }),
    onResult: ({ name }) => progress.show(() => `${++done} of ${wanted.length} tests, ${name}`),
  })
  progress.clear()
  const { success, fail } = report
  const text = () => reportText(report.results, flags.reportSuccess === true)
  at.print({ json: () => ({ success, fail }), raw: text, human: text })
  if (fail.length > 0) process.exitCode = 1
}

function placesOf({ hub, hubData, tests }: PlaceFlags): {
  hubFolder: string
  hubData: string
  testsFolder: string
} {
  const hubFolder = hub ?? contentFolder
  return {
    hubFolder,
    hubData: hubData ?? join(hubFolder, 'data'),
    testsFolder: tests ?? join(hubFolder, '.tests'),
  }
}

function reportText(results: readonly HubTestResult[], withSuccess: boolean): string {
  const failed = results.filter(({ success }) => !success)
  const passed = withSuccess
    ? results.filter(({ success }) => success).map(({ name }) => `ok    ${name}\n`)
    : []
  const reasons = failed.map(({ name, reason, generated }) => {
    const asserts = generated.map(({ file, text }) => `\n${file}:\n${text}`).join('')
    return `FAIL  ${name}\n${indent(reason)}\n${asserts}`
  })
  return `${passed.join('')}${reasons.join('')}${results.length - failed.length} passed, ${failed.length} failed\n`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
