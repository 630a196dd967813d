import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anything, mapOf, readDocuments } from '@tocsin/document'
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
  /** Statics of a parser of the test's own, as YAML (JSON) text of a list; null where it has none. */
  readonly overrideStatics: string | null
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
  const text = readConfigText(folder)
  if (text === null) throw unknownTest(testsFolder, name)
  const file = join(folder, configFile)
  const { values, errors } = readDocuments(text, file, mapOf(anything()))
  if (errors[0]) throw errors[0]
  const raw = values[0]?.value ?? new Map<string, unknown>()
  return {
    name,
    folder,
    parsers: namesOf(raw.get('parsers')),
    scenarios: namesOf(raw.get('scenarios')),
    postoverflows: namesOf(raw.get('postoverflows')),
    logFile: textOf(raw, 'log_file', file),
    logType: textOf(raw, 'log_type', file),
    labels: labelsOf(raw.get('labels')),
    ignoreParsers: raw.get('ignore_parsers') === true,
    overrideStatics: staticsOf(raw.get('override_statics')),
  }
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

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String).filter((name) => name !== '' && name !== 'null') : []
}

function textOf(raw: ReadonlyMap<string, unknown>, key: string, file: string): string {
  const value = raw.get(key)
  if (typeof value === 'string' && value !== '') return value
  throw new TocsinError('HUBTEST_BAD_CONFIG', `cannot read hub test: the key "${key}" is missing`, {
    where: { file, field: key },
  })
}

function labelsOf(value: unknown): Map<string, string> {
  const labels = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  return new Map(Object.entries(labels).map(([key, label]) => [key, String(label)]))
}

function staticsOf(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : null
}
