import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ItemFile, ItemType } from '@tocsin/engine'
import { nearestName, TocsinError, TocsinErrors } from '@tocsin/model'
import { findItem, type HubIndex, type HubItem } from '../hub-index.ts'
import { loadItemFiles, loadLooseItem } from '../item-files.ts'
import type { HubTest } from './test-config.ts'

/** The name of the parser that a test's override_statics become. */
const overridesName = 'overrides'

/** Where the items of a test are looked for. */
export interface TestPlaces {
  readonly hub: HubIndex
  /** The folder that holds the tests, one folder each. */
  readonly testsFolder: string
}

/**
 * The items that a test installs: those of the hub by name, and files by path, tried below the hub, below the
 * test's folder and, for `./.tests/...`, beside the other tests. Throws HUBTEST_UNKNOWN_ITEM with all that are missing.
 */
export function itemsOfTest(test: HubTest, places: TestPlaces): ItemFile[] {
  const errors: TocsinError[] = []
  const load = (type: ItemType, names: readonly string[]) =>
    names.flatMap((name) => loadNamed(test, places, type, name, errors))
  const items = [
    ...load('parsers', test.parsers),
    ...load('scenarios', test.scenarios),
    ...load('postoverflows', test.postoverflows),
    ...overridesOf(test),
  ]
  if (errors.length > 0) {
    throw new TocsinErrors('HUBTEST_UNKNOWN_ITEM', `cannot run hub test ${test.name}`, errors)
  }
  return items
}

function loadNamed(
  test: HubTest,
  places: TestPlaces,
  type: ItemType,
  name: string,
  errors: TocsinError[],
): ItemFile[] {
  const item = findItem(places.hub, type, name) ?? itemAtPath(places.hub, type, name)
  if (item) return loadItemFiles(places.hub, [item])
  const path = pathsOf(test, places, name).find((candidate) => existsSync(candidate))
  if (path !== undefined) return [looseItem(type, path)]
  const near = nearestName(name, places.hub.items[type].keys())
  errors.push(
    new TocsinError('HUBTEST_UNKNOWN_ITEM', `cannot find ${type} "${name}"`, {
      where: { file: join(test.folder, 'config.yaml'), field: type },
      ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
    }),
  )
  return []
}

/** An item of the hub that a test names by its path, so that it keeps its name and version. */
function itemAtPath(hub: HubIndex, type: ItemType, name: string): HubItem | undefined {
  const path = name.replace(/^\.?\//, '')
  if (!/\.ya?ml$/.test(path)) return undefined
  const [author = '', file = ''] = path.split('/').slice(-2)
  const item = findItem(hub, type, `${author}/${file.replace(/\.ya?ml$/, '')}`)
  return item?.path === path ? item : undefined
}

function pathsOf(test: HubTest, places: TestPlaces, name: string): string[] {
  const besideTests = /^(?:\.\/)?\.tests\//.test(name)
    ? [join(places.testsFolder, name.replace(/^(?:\.\/)?\.tests\//, ''))]
    : []
  return [join(places.hub.folder, name), ...besideTests, join(test.folder, name)]
}

/** An item file that no index knows. Its stage is the third part of its path from the end. */
function looseItem(type: ItemType, path: string): ItemFile {
  const author = basename(dirname(path))
  const staged = type === 'parsers' || type === 'postoverflows'
  const stage = staged ? basename(dirname(dirname(path))) : ''
  return loadLooseItem(type, `${author}/${basename(path).replace(/\.ya?ml$/, '')}`, path, stage)
}

/** A parser before all others that sets what the test wants set. */
function overridesOf(test: HubTest): ItemFile[] {
  if (test.overrideStatics.length === 0) return []
  const statics = JSON.stringify(test.overrideStatics.map((entry) => Object.fromEntries(entry)))
  return [
    {
      type: 'parsers',
      name: overridesName,
      path: join(test.folder, 's00-raw/00_overrides.yaml'),
      stage: 's00-raw',
      text: `{"name": "${overridesName}", "filter": "1 == 1", "statics": ${statics}}`,
      version: '?',
      hash: '',
    },
  ]
}
