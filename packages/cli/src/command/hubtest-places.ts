import { join } from 'node:path'
import { listHubTests } from '@tocsin/hub'
import type { Command } from 'commander'
import { contentFolder } from '../config/paths.ts'

/** The flags that say where items, their data and their tests lie. */
export interface PlaceFlags {
  hub?: string
  hubData?: string
  tests?: string
}

export interface TestPlaces {
  readonly hubFolder: string
  readonly hubData: string
  readonly testsFolder: string
}

export function addPlaceFlags(command: Command): Command {
  return command
    .option('--hub <dir>', "folder of items in the hub's layout; the items that Tocsin ships without this")
    .option('--hub-data <dir>', 'where the files that items name by URL lie, at the path of the URL')
    .option('--tests <dir>', 'where the tests lie; .tests of the hub without this')
}

export function placesOf({ hub, hubData, tests }: PlaceFlags): TestPlaces {
  const hubFolder = hub ?? contentFolder
  return {
    hubFolder,
    hubData: hubData ?? join(hubFolder, 'data'),
    testsFolder: tests ?? join(hubFolder, '.tests'),
  }
}

/** The tests that were named, or with `--all` every one. */
export function testNames(
  names: readonly string[],
  flags: PlaceFlags & { all?: boolean },
): readonly string[] {
  return flags.all === true ? listHubTests(placesOf(flags).testsFolder) : names
}
