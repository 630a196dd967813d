import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@tocsin/model'
import { onTestFinished } from 'vitest'
import { type Acquisition, readAcquisitions } from '../src/source/acquisition.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-agent-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Documents that must be right. */
export function sourcesOf(text: string): readonly Acquisition[] {
  const { acquisitions, errors } = readAcquisitions(text, 'acquis.yaml', {
    compilePattern: (pattern) => new RegExp(pattern),
  })
  if (errors[0]) throw errors[0]
  return acquisitions
}

/** A logger that remembers what was said, as `level: text`. */
export function rememberingLogger(): Logger & { readonly said: readonly string[] } {
  const said: string[] = []
  const at = (level: string) => (message: string) => void said.push(`${level}: ${message}`)
  return { said, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Waits until something is so; fails with what is instead if that takes too long. */
export async function until(isSo: () => boolean, what: () => unknown = () => '', ms = 15_000): Promise<void> {
  const endMs = Date.now() + ms
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`waited in vain: ${JSON.stringify(what())}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
