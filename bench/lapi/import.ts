import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sample } from '../bench.ts'
import { measure } from '../process-usage.ts'
import { cpuMs } from './process-figures.ts'
import type { Server } from './server.ts'

/**
 * A list of addresses goes in as an administrator imports it: `tocsin decisions import`, on a terminal so that it
 * shows its progress.
 */
export async function measureImport(server: Server, count: number): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-import-'))
  try {
    const list = join(folder, 'list')
    await writeList(list, count)
    const into = join(folder, 'output')
    const args = ['decisions', 'import', '-i', list, '--format', 'values', '-d', '24h', '-R', 'imported list']
    const command = server.command(...args).join("' '")
    const before = cpuMs(server.pid)
    const client = await measure('script', ['-qec', `'${command}'`, '/dev/null'], { into })
    const output = readFileSync(into, 'utf8')
    if (!output.includes(`Imported ${count} decisions`)) throw new Error(`the import said: ${output}`)
    return {
      importWall: client.wallSeconds,
      importClientCpu: client.cpuSeconds,
      importCpu: (cpuMs(server.pid) - before) / 1000,
      importProgress: output.match(/\d+ of \d+ decisions/g)?.length ?? 0,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The address of the list's line, one of 2^24 or fewer, scattered over the unicast space. */
export function listAddress(index: number): string {
  // An odd factor: each index gives another number.
  const number = Math.imul(index, 0x9e3779b1) & 0xffffff
  return `${20 + (index >> 24)}.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
}

async function writeList(path: string, count: number): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let start = 0; start < count; start += 10_000) {
      const length = Math.min(10_000, count - start)
      const lines = Array.from({ length }, (_, index) => listAddress(start + index))
      await file.write(`${lines.join('\n')}\n`)
    }
  } finally {
    await file.close()
  }
}
