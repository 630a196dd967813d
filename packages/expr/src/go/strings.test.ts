import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { byteSlice, compareText, fromBytes, toBytes } from '../runtime/text.ts'
import { fields, index, lastIndex, replace, split, toLower, toUpper, trimSet, trimSpace } from './strings.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })

describe('texts', () => {
  it('come back from their pieces', () => {
    fc.assert(
      fc.property(text, fc.string({ minLength: 1, maxLength: 2 }), (whole, separator) => {
        expect(split(whole, separator).join(separator)).toBe(whole)
        expect(split(whole, '').join('')).toBe(whole)
        expect(split(whole, separator, -1, true).join('')).toBe(whole)
        expect(replace(whole, separator, '|')).toBe(whole.replaceAll(separator, '|'))
      }),
    )
  })

  it('are indexed and cut by bytes', () => {
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        const whole = before + part + after
        const [from, length] = [Buffer.byteLength(before), Buffer.byteLength(part)]
        expect(index(whole, part)).toBe(Buffer.from(whole).indexOf(part))
        expect(byteSlice(whole, from, from + length)).toBe(part)
        expect(fromBytes(toBytes(whole))).toBe(whole)
      }),
    )
    expect(lastIndex('é-é', 'é')).toBe(3)
  })

  it('have a substitute for each byte of half a character', () => {
    expect(byteSlice('\u0800', 0, 2)).toBe('\ufffd\ufffd')
    expect(byteSlice('é', 1, 2)).toBe('\ufffd')
  })

  it('are ordered by bytes, not by UTF-16 units', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.from(a).compare(Buffer.from(b)))
      }),
    )
    expect(compareText('\uffff', '🦆')).toBeLessThan(0)
  })

  test.each([
    ['straße', 'STRAßE', 'straße'],
    ['ǆ', 'Ǆ', 'ǆ'],
    ['İ', 'İ', 'i'],
    ['ſ', 'S', 'ſ'],
    ['ΑΣ', 'ΑΣ', 'ας'.replace('ς', 'σ')],
  ])('%s is %s in upper and %s in lower case, letter by letter', (given, upper, lower) => {
    expect(toUpper(given)).toBe(upper)
    expect(toLower(given)).toBe(lower)
  })

  it('lose blanks and letters at their ends', () => {
    expect(trimSpace('\u0085\u00a0 a b\t\n')).toBe('a b')
    expect(trimSet('xyéaéyx', 'éxy')).toBe('a')
    expect(trimSet('aab', 'a', 'left')).toBe('b')
    expect(trimSet('aab', 'ab', 'right')).toBe('')
    expect(fields('  a \u2003b\n')).toEqual(['a', 'b'])
  })
})
