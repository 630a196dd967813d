import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

/**
 * The folder of reference data (the public hub, goldens, logs), which is not part of the project:
 * `TOCSIN_SHARED`, else `../shared` beside the project. The path may not exist: guard with `needShared`.
 */
export const sharedFolder = process.env.TOCSIN_SHARED ?? join(projectRoot, '../shared')
