import { describe, expect, it } from 'vitest'
import { randomNumbers } from '../../test/hostile.ts'
import { parseRegex } from '../syntax/parse.ts'
import { Automaton, tooLarge } from './automaton.ts'
import { compileProgram } from './program.ts'

function automatonFor(source: string): Automaton {
  const { root, groupNames } = parseRegex(source)
  const program = compileProgram([root])
  if (!program) throw new Error(`no program for ${source}`)
  return new Automaton(program, groupNames.length)
}

function randomText(letters: string, length: number): string {
  const random = randomNumbers(7)
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)] ?? '').join('')
}

describe('Automaton', () => {
  it('gives up a search that takes too much memory, but never a test', () => {
    // Read from its end, a text of this kind leaves the automaton in a new state at nearly every place.
    const automaton = automatonFor('^(a|b){20}a(a|b)*c$')
    const text = randomText('ab', 200_000)
    expect(automaton.search(`${text}c`)).toBe(tooLarge)
    expect(automaton.test(`${text}c`)).toBe(text[20] === 'a')
    expect(automaton.search(`${'a'.repeat(30)}c`)).toEqual([0, 31, 19, 20, 29, 30])
  })

  it('finds places in texts longer than its buffer', () => {
    const text = `${'x'.repeat(600_000)}needle${'y'.repeat(10)}`
    expect(automatonFor('(need)le').search(text)).toEqual([600_000, 600_006, 600_000, 600_004])
  })

  it('has no program for more sets of characters than it can tell apart', () => {
    const classes = Array.from(
      { length: 3000 },
      (_, index) =>
        `[\\x{${(0x4e00 + index * 2).toString(16)}}\\x{${(0x4e00 + index * 3 + 1).toString(16)}}]`,
    )
    expect(compileProgram([parseRegex(classes.join('')).root])).toBeUndefined()
  })
})
