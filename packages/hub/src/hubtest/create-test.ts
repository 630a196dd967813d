import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TocsinError } from '@tocsin/model'

/** What a new hub test is about. */
export interface NewHubTest {
  readonly name: string
  /** The label `type` of its lines, such as `syslog`. */
  readonly logType: string
  readonly parsers: readonly string[]
  readonly scenarios: readonly string[]
  readonly postoverflows: readonly string[]
  readonly ignoreParsers: boolean
}

/** What most tests need besides the parser that they are about. */
const usualParsers = ['crowdsecurity/syslog-logs', 'crowdsecurity/dateparse-enrich']

/**
 * Creates the folder of a hub test: its configuration, an empty log and empty asserts, which its first run fills in
 * by proposing some. Gives the files made. Throws HUBTEST_EXISTS, HUBTEST_BAD_NAME.
 */
export function createHubTest(testsFolder: string, test: NewHubTest): string[] {
  if (!/^[\w.-]+$/.test(test.name) || test.name.startsWith('.')) {
    const message = `cannot create hub test "${test.name}": it must be a plain folder name`
    throw new TocsinError('HUBTEST_BAD_NAME', message)
  }
  const folder = join(testsFolder, test.name)
  if (existsSync(folder)) {
    throw new TocsinError('HUBTEST_EXISTS', `cannot create hub test "${test.name}": it exists`, {
      where: { file: folder },
    })
  }
  const parsers = test.parsers.length > 0 ? test.parsers : usualParsers
  const files = new Map([
    ['config.yaml', configText({ ...test, parsers })],
    [`${test.name}.log`, ''],
    ...(test.ignoreParsers ? [] : ([['parser.assert', '']] as const)),
    ...(test.scenarios.length === 0 ? [] : ([['scenario.assert', '']] as const)),
  ])
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  return [...files.keys()].map((name) => join(folder, name))
}

function configText({ name, logType, parsers, scenarios, postoverflows, ignoreParsers }: NewHubTest): string {
  const list = (key: string, names: readonly string[]) =>
    names.length === 0
      ? `${key}: []\n`
      : `${key}:\n${names.map((item) => `- ${JSON.stringify(item)}\n`).join('')}`
  return [
    list('parsers', parsers),
    list('scenarios', scenarios),
    list('postoverflows', postoverflows),
    `log_file: ${JSON.stringify(`${name}.log`)}\n`,
    `log_type: ${JSON.stringify(logType)}\n`,
    `ignore_parsers: ${ignoreParsers}\n`,
  ].join('')
}
