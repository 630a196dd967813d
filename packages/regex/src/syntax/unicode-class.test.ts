import { describe, expect, it } from 'vitest'
import { caseOrbit, foldRanges } from './case-fold.ts'
import { hasCodePoint } from './code-ranges.ts'
import { unicodeClass } from './unicode-class.ts'
import { categoryNames, scriptNames } from './unicode-name.ts'

describe('unicodeClass', () => {
  it('knows every name of its tables', () => {
    for (const name of categoryNames.values()) expect(() => new RegExp(`\\p{${name}}`, 'u')).not.toThrow()
    for (const name of scriptNames.values())
      expect(() => new RegExp(`\\p{Script=${name}}`, 'u')).not.toThrow()
  })

  it('has the characters of a class and no others', () => {
    const letters = unicodeClass('L') ?? []
    for (const letter of ['a', 'é', 'ж', '漢', '𐐀'])
      expect(hasCodePoint(letters, letter.codePointAt(0) ?? 0)).toBe(true)
    for (const other of ['1', ' ', '_', '😀'])
      expect(hasCodePoint(letters, other.codePointAt(0) ?? 0)).toBe(false)
    expect(unicodeClass('Ogham')).toEqual([0x1680, 0x169c])
    expect(unicodeClass('Phags_Pa')).toEqual([0xa840, 0xa877])
  })

  it('takes names as Go does: any case, with or without underscores', () => {
    expect(unicodeClass('uppercase letter')).toBe(unicodeClass('Uppercase_Letter'))
    expect(unicodeClass('Lu')).toEqual(unicodeClass('UppercaseLetter'))
    expect(unicodeClass('Emoji')).toBeUndefined()
  })
})

describe('case folding', () => {
  it('knows orbits of two and of three', () => {
    expect(caseOrbit(0x61)).toEqual([0x41, 0x61])
    expect(caseOrbit(0x73)).toEqual([0x53, 0x73, 0x17f])
    expect(caseOrbit(0x3a3)).toEqual([0x3a3, 0x3c2, 0x3c3])
    expect(caseOrbit(0x10400)).toEqual([0x10400, 0x10428])
    expect(caseOrbit(0x131)).toEqual([0x131])
    expect(caseOrbit(0x31)).toEqual([0x31])
  })

  it('folds into ASCII and out of it', () => {
    expect(foldRanges([0x212a, 0x212a])).toEqual([0x4b, 0x4b, 0x6b, 0x6b, 0x212a, 0x212a])
    expect(foldRanges([0x6b, 0x6b])).toEqual([0x4b, 0x4b, 0x6b, 0x6b, 0x212a, 0x212a])
  })
})
