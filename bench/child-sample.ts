import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { sharedFolder } from '../packages/testkit/src/shared.ts'
import type { Sample } from './bench.ts'

/**
 * Runs a program of the benches of a checkout, which writes its sample as JSON to standard output; what it writes to
 * standard error is shown.
 */
export function childSample(root: string, program: string, args: readonly string[]): Sample {
  const path = join(root, 'bench', program)
  const output = execFileSync(join(root, 'node_modules/.bin/node'), [path, ...args], {
    env: { ...process.env, TOCSIN_SHARED: sharedFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  return JSON.parse(output) as Sample
}
