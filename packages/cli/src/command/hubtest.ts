import { availableParallelism } from 'node:os'
import { type HubTestResult, runHubTests } from '@tocsin/hub'
import { TocsinError } from '@tocsin/model'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { parseTimestamp, wholeNumber } from '../flags.ts'
import { Progress } from '../output/progress.ts'
import { printableLines } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { buildInspection } from './hubtest-inspect.ts'
import { addPlaceFlags, type PlaceFlags, placesOf, testNames } from './hubtest-places.ts'

interface RunFlags extends PlaceFlags {
  all?: boolean
  now?: number
  maxJobs?: number
  reportSuccess?: boolean
  withAllItems?: boolean
}

export const build: BuildCommand = (command, context) => {
  command.addHelpText(
    'after',
    examples(
      'tocsin hubtest run --all',
      'tocsin hubtest run ssh-bf --hub ./hub --hub-data ./hub-data',
      'tocsin hubtest create my-test --type nginx --scenarios me/my-scenario',
      'tocsin hubtest explain my-test',
    ),
  )
  buildRun(command, context)
  buildInspection(command, context)
}

function buildRun(command: Command, context: () => Context): void {
  addPlaceFlags(command.command('run').summary('run tests of items by name, or all'))
    .description('Run tests of items by name, or all. The exit code says whether all passed.')
    .argument('[name...]', 'names of tests')
    .option('--all', 'run every test')
    .option('--now <time>', 'RFC 3339 time that completes log lines without a year', parseTimestamp)
    .option('--max-jobs <n>', 'how many run at a time', wholeNumber)
    .option('--report-success', 'name the tests that passed too')
    .option(
      '--with-all-items',
      'instead of judging asserts, compare the overflows with those where every item of the hub is installed',
    )
    .action(async (names: string[], flags: RunFlags) => run(context(), names, flags))
}

async function run(at: Context, names: readonly string[], flags: RunFlags): Promise<void> {
  const wanted = testNames(names, flags)
  if (wanted.length === 0) {
    throw new TocsinError('CLI_USAGE', 'cannot run hub tests: there are none to run', {
      hint: 'name tests, or run every one with --all',
    })
  }
  const progress = new Progress()
  let done = 0
  const report = await runHubTests({
    ...placesOf(flags),
    names: wanted,
    jobs: flags.maxJobs ?? availableParallelism(),
    withAllItems: flags.withAllItems === true,
    ...(flags.now === undefined ? {} : { nowMs: flags.now }),
    onResult: ({ name }) => {
      done++
      progress.show(() => `${done} of ${wanted.length} tests, ${name}`)
    },
  })
  progress.clear()
  const { success, fail } = report
  const text = () => reportText(report.results, flags.reportSuccess === true)
  at.print({ json: () => ({ success, fail }), raw: text, human: text })
  if (fail.length > 0) process.exitCode = 1
}

function reportText(results: readonly HubTestResult[], withSuccess: boolean): string {
  const blocks = results.flatMap((result) => {
    const { name, success, reason, notices, generated } = result
    const asserts = generated.map(({ file, text }) => `\n${file}:\n${text}`).join('')
    if (!success) return [`FAIL  ${name}\n${indent(reason)}\n${asserts}`]
    const noticed = notices.length > 0 ? `note  ${name}\n${indent(notices.join('\n'))}\n` : ''
    return [withSuccess ? `ok    ${name}\n${noticed}` : noticed]
  })
  const failed = results.filter(({ success }) => !success).length
  return `${printableLines(blocks.join(''))}${results.length - failed} passed, ${failed} failed\n`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
