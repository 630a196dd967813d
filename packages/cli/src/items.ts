import { join } from 'node:path'
import type { DataFileReader, Engine, ItemFile } from '@tocsin/engine'
import { hubDataFile, loadItemFiles, readHub, selectItems } from '@tocsin/hub'
import { formatError, type Logger } from '@tocsin/model'
import type { Command } from 'commander'
import { contentFolder } from './config/paths.ts'

/** The flags that say which items a command works with. */
export interface ItemFlags {
  hub?: string
  hubData?: string
  items?: string
  tolerant?: boolean
}

/** Items ready for an engine, and where the data files that they name come from. */
export interface LoadedItems {
  readonly files: readonly ItemFile[]
  readonly dataFile: DataFileReader
  /** Whether to go on without those that have errors. */
  readonly tolerant: boolean
}

/** Where items lie, which of them to install, and whether all of them have to be good. */
export interface ItemPlaces {
  readonly hub: string
  readonly data: string
  readonly items: string
  readonly tolerant: boolean
}

/** Says which items were left out because they have errors, and when what is left cannot detect anything. */
export function reportItems(files: readonly ItemFile[], { errors, scenarios }: Engine, logger: Logger): void {
  for (const error of errors) logger.error(`left out: ${formatError(error)}`)
  const stages = new Set(files.flatMap(({ type, stage }) => (type === 'parsers' ? [stage] : [])))
  for (const stage of ['s00-raw', 's01-parse']) {
    if (!stages.has(stage))
      logger.warn(`no parser of the stage ${stage} is installed: no line can be understood`)
  }
  if (scenarios.length === 0) logger.warn('no scenario is installed: nothing can be detected')
}

export function addItemFlags(command: Command): Command {
  return command
    .option('--hub <dir>', "items of this folder in the hub's layout, instead of those that Tocsin ships")
    .option('--hub-data <dir>', 'where the files that items name by URL lie, at the path of the URL')
    .option(
      '--items <names>',
      'what to install, with all it depends on: NAME, TYPE:NAME, -NAME to leave one out, or all; separated by commas',
    )
    .option('--tolerant', 'go on without the items that have errors')
}

/** The folders and the selection that the flags mean. */
export function itemPlaces({ hub, hubData, items, tolerant = false }: ItemFlags): ItemPlaces {
  const folder = hub ?? contentFolder
  return {
    hub: folder,
    data: hubData ?? join(folder, 'data'),
    items: items ?? (hub === undefined ? 'collections:tocsin/default' : 'all'),
    tolerant,
  }
}

/** Reads the items of a folder that a selection names. Throws what is wrong with the folder or the names. */
export function loadItems(places: ItemPlaces): LoadedItems {
  const index = readHub(places.hub)
  return {
    files: loadItemFiles(index, selectItems(index, places.items)),
    dataFile: hubDataFile(places.data),
    tolerant: places.tolerant,
  }
}
