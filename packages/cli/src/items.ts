import { join } from 'node:path'
import type { DataFileReader, ItemFile } from '@tocsin/engine'
import { hubDataFile, loadItemFiles, readHub, selectItems } from '@tocsin/hub'
import type { Command } from 'commander'
import { contentFolder } from './config/paths.ts'

/** The flags that say which items a command works with. */
export interface ItemFlags {
  hub?: string
  hubData?: string
  items?: string
}

/** Items ready for an engine, and where the data files that they name come from. */
export interface LoadedItems {
  readonly files: readonly ItemFile[]
  readonly dataFile: DataFileReader
}

export function addItemFlags(command: Command): Command {
  return command
    .option('--hub <dir>', "items of this folder in the hub's layout, instead of those that Tocsin ships")
    .option('--hub-data <dir>', 'where the files that items name by URL lie, at the path of the URL')
    .option(
      '--items <names>',
      'what to install, with all it depends on: NAME, TYPE:NAME, -NAME to leave one out, or all; separated by commas',
    )
}

/** The folders and the selection that the flags mean. */
export function itemPlaces({ hub, hubData, items }: ItemFlags): { hub: string; data: string; items: string } {
  const folder = hub ?? contentFolder
  return {
    hub: folder,
    data: hubData ?? join(folder, 'data'),
    items: items ?? (hub === undefined ? 'collections:tocsin/default' : 'all'),
  }
}

/** Reads the items of a folder that a selection names. Throws what is wrong with the folder or the names. */
export function loadItems(places: { hub: string; data: string; items: string }): LoadedItems {
  const index = readHub(places.hub)
  return {
    files: loadItemFiles(index, selectItems(index, places.items)),
    dataFile: hubDataFile(places.data),
  }
}
