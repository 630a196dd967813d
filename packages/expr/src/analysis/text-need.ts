import { bitsOfAny, type Clue } from './selectivity.ts'

/**
 * Texts and their bits by the path of a field: a condition needs one of them in its field. Empty: it can never be true.
 */
export type TextNeed = ReadonlyMap<string, ReadonlyMap<string, number>>

/** What a condition needs that is never true. */
export const impossible: TextNeed = new Map()

export function needOf(path: string, clues: readonly Clue[]): TextNeed {
  return new Map([[path, new Map(clues.map(({ text, bits }) => [text, bits]))]])
}

/** What is needed where one of several conditions has to be true; null as soon as one of them needs nothing known. */
export function needOfAny(needs: Iterable<TextNeed | null>): TextNeed | null {
  const all = new Map<string, Map<string, number>>()
  for (const need of needs) {
    if (!need) return null
    for (const [path, texts] of need) {
      const known = all.get(path)
      if (!known) all.set(path, new Map(texts))
      else for (const [text, bits] of texts) known.set(text, bits)
    }
  }
  return all
}

/** How well a need tells events apart, in bits. */
export function bitsOfNeed(need: TextNeed): number {
  return bitsOfAny([...need.values()].flatMap((texts) => [...texts.values()]))
}

/** The texts without those that have another of them inside. */
export function withoutLonger(texts: ReadonlyMap<string, number>): string[] {
  const lengths = [...new Set([...texts.keys()].map(({ length }) => length))]
  return [...texts.keys()].filter((text) => !lengths.some((length) => hasPart(text, length, texts)))
}

function hasPart(text: string, length: number, texts: ReadonlyMap<string, number>): boolean {
  if (length >= text.length) return false
  for (let from = 0; from + length <= text.length; from++) {
    if (texts.has(text.slice(from, from + length))) return true
  }
  return false
}
