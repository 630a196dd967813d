import type { DataFiles } from '@tocsin/expr'
import { TocsinError, TocsinErrors } from '@tocsin/model'
import type { DataSource } from '../item/data-source.ts'

/** Gives the bytes of a data file by the name and the address that an item gives it, or null if there is none. */
export type DataFileReader = (destFile: string, sourceUrl: string) => Uint8Array | null

export interface DataLoad {
  readonly files: DataFiles
  readonly read: DataFileReader | undefined
  readonly errors: TocsinError[]
  readonly warnings: TocsinError[]
}

/**
 * Loads the data files that an item names, for its expressions. A file of a name and type that was loaded before is
 * not loaded again; one that is missing is a warning and empty, bad lines of one are errors. Files without a type are somebody else's.
 */
export function loadDataFiles(sources: readonly DataSource[], load: DataLoad): void {
  for (const { type, destFile, sourceUrl } of sources) {
    if (type === undefined || destFile === undefined) continue
    if (load.files.has(destFile.value, type)) continue
    const bytes = load.read?.(destFile.value, sourceUrl?.value ?? '') ?? null
    if (bytes === null) {
      const message = `cannot load data file ${destFile.value}: there is none, so it counts as empty`
      const hint = 'run an update of the hub, which fetches data files'
      load.warnings.push(new TocsinError('DATA_FILE_MISSING', message, { where: destFile.where, hint }))
    }
    try {
      load.files.load(destFile.value, type, bytes === null ? '' : new TextDecoder().decode(bytes))
    } catch (error) {
      if (!(error instanceof TocsinErrors)) throw error
      load.errors.push(...error.errors)
    }
  }
}
