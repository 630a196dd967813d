import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { evaluate, readSpec, type SpecCase, writeSpec } from './spec-file.ts'

// TOCSIN_UPDATE_SPECS=1 writes what comes out into the files instead of comparing it.
const update = process.env.TOCSIN_UPDATE_SPECS === '1'
const folder = join(dirname(fileURLToPath(import.meta.url)), '../spec')
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

it('finds spec files', () => expect(files.length).toBeGreaterThan(0))

describe.each(files)('%s', (name) => {
  const path = join(folder, name)
  const pieces = readSpec(readFileSync(path, 'utf8'))
  if (update) writeFileSync(path, writeSpec(pieces))
  const cases = pieces.filter((piece): piece is SpecCase => 'expression' in piece)

  it('has cases', () => expect(cases.length).toBeGreaterThan(0))

  it.skipIf(update).each(cases)('line $line: $expression', ({ expression, wanted }) => {
    expect(evaluate(expression)).toBe(wanted)
  })
})
