import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from './need.ts'

/** Root with the right to mount. */
export function needMount(): Need {
  return {
    what: 'the right to mount a file system',
    howToGet: 'run the tests as root on Linux (a container needs CAP_SYS_ADMIN)',
    met: process.getuid?.() === 0 && canMount(),
  }
}

/** A file system of a few megabytes in memory, which can be filled to its last byte. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-disk-'))

  constructor(megabytes: number) {
    run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder])
  }

  /** Leaves nothing free. */
  fill(): void {
    for (let size = 65_536; size > 0; size >>= 1) {
      try {
        while (statfsSync(this.folder).bavail > 0) appendFileSync(this.#filler, Buffer.alloc(size))
      } catch {
        // Too large for what is left: half of it may fit.
      }
    }
  }

  makeRoom(): void {
    rmSync(this.#filler, { force: true })
  }

  remove(): void {
    run('umount', ['-l', this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #filler(): string {
    return join(this.folder, 'filler')
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'pipe' })
}

function canMount(): boolean {
  try {
    new SmallDisk(1).remove()
    return true
  } catch {
    return false
  }
}
