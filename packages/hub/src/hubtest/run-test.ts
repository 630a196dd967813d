import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createEngine, type DataFileReader, type Event, type ItemFile } from '@tocsin/engine'
import { type Clock, formatError, type Logger, silentLogger } from '@tocsin/model'
import { hubDataFile } from '../hub-data.ts'
import type { HubIndex } from '../hub-index.ts'
import { type AssertFailure, AssertRunner } from './assert-file.ts'
import { parserAsserts, scenarioAsserts } from './generate-asserts.ts'
import { readLogLines } from './log-lines.ts'
import {
  assertEnvironment,
  emptyParserResults,
  type ParserResults,
  recordParser,
  snapshot,
  sortOverflows,
} from './results.ts'
import { type HubTest, readHubTest } from './test-config.ts'
import { itemsOfTest } from './test-items.ts'

/** Where hub tests and what they need lie. */
export interface HubTestPlaces {
  readonly hub: HubIndex
  /** The folder of the data files that items name by URL. */
  readonly hubData: string
  /** The folder that holds the tests, one folder each. */
  readonly testsFolder: string
}

export interface HubTestOptions {
  /** Completes log lines without a year; the real time unless given. */
  readonly clock?: Clock
  readonly logger?: Logger
}

/** What the parsers and the scenarios of a test made of its log. */
export interface HubTestRun {
  readonly test: HubTest
  readonly parserResults: ParserResults
  /** In the order of the asserts. */
  readonly overflows: readonly Event[]
}

export interface HubTestResult {
  readonly name: string
  readonly success: boolean
  /** One paragraph a failure, with its file and line; empty if it passed. */
  readonly reason: string
  /** Asserts that are false but do not count: those of scenario.assert that compare nothing, as in the original. */
  readonly notices: readonly string[]
  /** Asserts made for assert files that are in use and empty: what a person may put into them. */
  readonly generated: readonly { readonly file: string; readonly text: string }[]
}

/** Runs one hub test and judges it by its asserts. Everything that goes wrong is its reason; it does not throw. */
export async function runHubTest(
  name: string,
  places: HubTestPlaces,
  options: HubTestOptions = {},
): Promise<HubTestResult> {
  try {
    const test = readHubTest(places.testsFolder, name)
    const dataFile = hubDataFile(places.hubData)
    return judge(await replayTest(test, itemsOfTest(test, places), dataFile, options))
  } catch (error) {
    return { name, success: false, reason: formatError(error), notices: [], generated: [] }
  }
}

/** Takes the log of a test through an engine of those items. Throws what the items or the log are refused for. */
export async function replayTest(
  test: HubTest,
  items: readonly ItemFile[],
  dataFile: DataFileReader,
  { clock = Date.now, logger = silentLogger }: HubTestOptions,
): Promise<HubTestRun> {
  const parserResults = emptyParserResults()
  const overflows: Event[] = []
  const engine = createEngine(items, {
    mode: 'replay',
    clock,
    logger,
    dataFile,
    onNode: ({ stage, node, success, event }) => recordParser(parserResults, stage, node, success, event),
    onOverflow: (event) => overflows.push(snapshot(event)),
  })
  const labels = new Map([...test.labels, ['type', test.logType]])
  for (const line of readLogLines(join(test.folder, test.logFile), labels, clock())) engine.process(line)
  await engine.drain()
  return { test, parserResults, overflows: sortOverflows(overflows) }
}

/** Judges a run by the assert files of its test. */
function judge({ test, parserResults, overflows }: HubTestRun): HubTestResult {
  const parser = test.ignoreParsers
    ? none
    : judgeFile(test, 'parser.assert', parserResults, () => parserAsserts(parserResults))
  const scenario =
    test.scenarios.length === 0
      ? none
      : judgeFile(test, 'scenario.assert', overflows, () => scenarioAsserts(overflows))
  const reasons = [...parser.reasons, ...scenario.reasons]
  return {
    name: test.name,
    success: reasons.length === 0,
    reason: reasons.join('\n'),
    notices: [...parser.notices, ...scenario.notices],
    generated: [...parser.generated, ...scenario.generated],
  }
}

interface FileVerdict {
  readonly reasons: readonly string[]
  readonly notices: readonly string[]
  readonly generated: HubTestResult['generated']
}

const none: FileVerdict = { reasons: [], notices: [], generated: [] }

/** The original can only say what is wrong with a comparison, and passes over other asserts that are false. */
const comparison = /[^ =]+ == /

function judgeFile(
  test: HubTest,
  file: string,
  results: ParserResults | readonly Event[],
  generate: () => string[],
): FileVerdict {
  const path = join(test.folder, file)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (text.trim() === '') {
    const reason = `${path}: cannot judge ${test.name}: there are no asserts yet; review and keep the generated ones`
    return { reasons: [reason], notices: [], generated: [{ file: path, text: `${generate().join('\n')}\n` }] }
  }
  const failures = assertRunner().run(text, results)
  const counts = ({ assert, ends }: AssertFailure) =>
    ends || file === 'parser.assert' || comparison.test(assert)
  return {
    reasons: describeFailures(path, failures.filter(counts)),
    notices: describeFailures(
      path,
      failures.filter((failure) => !counts(failure)),
    ),
    generated: [],
  }
}

const shownFailures = 10

function describeFailures(path: string, failures: readonly AssertFailure[]): string[] {
  const shown = failures
    .slice(0, shownFailures)
    .map(({ line, assert, reason }) => `${path}:${line}: ${assert}\n  ${reason}`)
  const hidden = failures.length - shown.length
  return hidden > 0 ? [...shown, `${basename(path)}: ${hidden} more asserts do not hold`] : shown
}

let runner: AssertRunner | undefined

/** Shared by all tests of the process: their asserts have the same few shapes. */
function assertRunner(): AssertRunner {
  runner ??= new AssertRunner(assertEnvironment())
  return runner
}
