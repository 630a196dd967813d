import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anything, bool, list, mapOf, readDocuments, type Schema, text } from '@tocsin/document'
import { nearestName, TocsinError } from '@tocsin/model'

/** A hub test: the items it installs, the log it reads, and what it leaves out. */
export interface HubTest {
  readonly name: string
  /** Its folder, where its log and its asserts lie. */
  readonly folder: string
  readonly parsers: readonly string[]
  readonly scenarios: readonly string[]
  readonly postoverflows: readonly string[]
  readonly logFile: string
  readonly logType: string
  readonly labels: ReadonlyMap<string, string>
  readonly ignoreParsers: boolean
  /** Statics of a parser of the test's own, before all others. */
  readonly overrideStatics: readonly ReadonlyMap<string, string>[]
}

const configFile = 'config.yaml'

/** The names of all tests of a folder, sorted: its subfolders that hold a config.yaml. */
export function listHubTests(testsFolder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(testsFolder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TocsinError('HUBTEST_NO_TESTS', `cannot list hub tests: ${reason}`, {
      where: { file: testsFolder },
      hint: 'name the folder that holds one folder a test, with --tests',
      cause,
    })
  }
  return names.filter((name) => readConfigText(join(testsFolder, name)) !== null).sort()
}

/**
 * Reads the config.yaml of a test; keys that mean nothing to us are ignored.
 * Throws HUBTEST_UNKNOWN, HUBTEST_BAD_CONFIG.
 */
export function readHubTest(testsFolder: string, name: string): HubTest {
  const folder = join(testsFolder, name)
  const config = readConfigText(folder)
  if (config === null) throw unknownTest(testsFolder, name)
  const file = join(folder, configFile)
  const { values, errors } = readDocuments(config, file, mapOf(knownKey))
  if (errors[0]) throw errors[0]
  const raw: ReadonlyMap<string, unknown> = values[0]?.value ?? new Map()
  const read = <T>(key: string, absent: T): T => (raw.get(key) as T | undefined) ?? absent
  const named = (key: string) => read<string[]>(key, []).filter((item) => item !== '')
  return {
    name,
    folder,
    parsers: named('parsers'),
    scenarios: named('scenarios'),
    postoverflows: named('postoverflows'),
    logFile: needed(read('log_file', ''), 'log_file', file),
    logType: needed(read('log_type', ''), 'log_type', file),
    labels: read('labels', new Map()),
    ignoreParsers: read('ignore_parsers', false),
    overrideStatics: read('override_statics', []),
  }
}

/** The keys that mean something to us; others may hold what they like. */
const schemas: Readonly<Record<string, Schema<unknown>>> = {
  parsers: list(text()),
  scenarios: list(text()),
  postoverflows: list(text()),
  log_file: text(),
  log_type: text(),
  labels: mapOf(text()),
  ignore_parsers: bool(),
  override_statics: list(mapOf(text())),
}

const knownKey: Schema<unknown> = (node, at) => (schemas[at.field] ?? anything())(node, at)

function needed(value: string, key: string, file: string): string {
  if (value !== '') return value
  throw new TocsinError('HUBTEST_BAD_CONFIG', `cannot read hub test: the key "${key}" is missing`, {
    where: { file, field: key },
  })
}

function readConfigText(folder: string): string | null {
  try {
    return readFileSync(join(folder, configFile), 'utf8')
  } catch {
    return null
  }
}

function unknownTest(testsFolder: string, name: string): TocsinError {
  const near = nearestName(name, listHubTests(testsFolder))
  return new TocsinError('HUBTEST_UNKNOWN', `cannot run hub test "${name}": there is no such test`, {
    where: { file: testsFolder },
    hint: near === undefined ? 'tocsin hubtest list shows them all' : `did you mean "${near}"?`,
  })
}
