import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldedLiterals } from './folded-literals.ts'

function marked(groups: readonly (readonly string[])[], text: string): number[] {
  const marks = new Uint32Array((groups.length + 31) >>> 5)
  foldedLiterals(groups).mark(text, marks)
  return groups.flatMap((_, group) => (((marks[group >>> 5] ?? 0) >>> (group & 31)) & 1 ? [group] : []))
}

const letters = fc.constantFrom('a', 'b', 'k', 's', 'i', '/')
const literal = fc.array(letters, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
const groups = fc.array(fc.array(literal, { maxLength: 4 }), { maxLength: 40 })
const texts = fc
  .array(
    fc.oneof(letters, fc.constantFrom('A', 'B', 'K', 'S', 'I', '\u0130', '\u0131', '\u017f', '\u212a', 'é')),
  )
  .map((parts) => parts.join(''))

function folded(text: string): string {
  return text
    .replace(/[\u0130\u0131]/g, 'i')
    .replace(/\u017f/g, 's')
    .replace(/\u212a/g, 'k')
    .toLowerCase()
}

describe('foldedLiterals', () => {
  it('marks every group that has a literal in the text, in either case', () => {
    const list = [['select', 'union'], ['uni'], ['on s'], ['nothing'], []]
    expect(marked(list, "id=1' UNION SELECT 1")).toEqual([0, 1, 2])
    expect(marked(list, 'un ion')).toEqual([])
  })

  it('takes letters that casing makes ASCII for those', () => {
    expect(marked([['kelvin'], ['miss'], ['idle']], '\u212aelvin mi\u017f\u017f \u0131dle')).toEqual([
      0, 1, 2,
    ])
  })

  it('marks what a search for each of them finds', () => {
    fc.assert(
      fc.property(groups, texts, (list, text) => {
        const expected = list.flatMap((literals, group) =>
          literals.some((each) => folded(text).includes(each)) ? [group] : [],
        )
        expect(marked(list, text)).toEqual(expected)
      }),
    )
  })

  it('does the same for lists too long for a table', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => [`entry-${index}-${(index * 7919) % 10_007}x`])
    expect(marked(many, `ENTRY-20000-${(20_000 * 7919) % 10_007}X`)).toEqual([20_000])
  })
})
