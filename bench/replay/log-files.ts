import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedFolder } from '../../packages/testkit/src/shared.ts'
import { generateLog } from '../logs/generate.ts'

export type LogKind = 'ssh' | 'nginx' | 'apache'

const seed = 7
/** The reference data's generator; it knows no Apache. */
const generator = join(sharedFolder, 'bench/generate-logs.py')

/** Generated logs in a temporary folder, each written when it is first asked for. */
export class LogFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  readonly #own: boolean

  /** `own` logs are of `bench/logs`; the others of the reference data as far as it is there. */
  constructor(own: boolean) {
    this.#own = own || !existsSync(generator)
  }

  /** The path of a log; the same lines for the same arguments everywhere. */
  path(kind: LogKind, lines: number): string {
    const path = join(this.folder, `${kind}-${lines}.log`)
    if (existsSync(path)) return path
    const file = openSync(path, 'w')
    try {
      if (this.#own || kind === 'apache') writeOwn(file, kind, lines)
      else execFileSync('python3', [generator, kind, String(lines)], { stdio: ['ignore', file, 'inherit'] })
    } finally {
      closeSync(file)
    }
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function writeOwn(file: number, kind: LogKind, lines: number): void {
  let chunk = ''
  for (const line of generateLog(kind, lines, seed)) {
    chunk += `${line}\n`
    if (chunk.length < 65_536) continue
    writeSync(file, chunk)
    chunk = ''
  }
  writeSync(file, chunk)
}
