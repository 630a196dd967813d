import { findItem, type HubIndex, type HubItem, type HubItemType } from '../hub-index.ts'
import { listHubTests, readHubTest } from './test-config.ts'

/** An item and the tests whose asserts judge it. */
export interface ItemCoverage {
  readonly item: HubItem
  readonly tests: readonly string[]
}

/** The tests of each parser, scenario and postoverflow of a hub, in the order of the index. */
export function hubTestCoverage(hub: HubIndex, testsFolder: string): ItemCoverage[] {
  const tests = new Map<HubItem, string[]>()
  for (const name of listHubTests(testsFolder)) {
    const test = readHubTest(testsFolder, name)
    const judged: [HubItemType, readonly string[]][] = [
      ['parsers', test.ignoreParsers ? [] : test.parsers],
      ['scenarios', test.scenarios],
      ['postoverflows', test.postoverflows],
    ]
    for (const [type, names] of judged) {
      for (const item of names.flatMap((itemName) => namedItem(hub, type, itemName) ?? [])) {
        tests.set(item, [...(tests.get(item) ?? []), name])
      }
    }
  }
  const types = ['parsers', 'scenarios', 'postoverflows'] as const
  return types.flatMap((type) =>
    [...hub.items[type].values()].map((item) => ({ item, tests: tests.get(item) ?? [] })),
  )
}

/** The item of a name, or of a path inside the hub. */
function namedItem(hub: HubIndex, type: HubItemType, name: string): HubItem | undefined {
  const path = name.replace(/^\.\//, '')
  return findItem(hub, type, name) ?? [...hub.items[type].values()].find((item) => item.path === path)
}
