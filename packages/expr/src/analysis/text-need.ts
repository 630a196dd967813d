import { bitsOfAny } from './selectivity.ts'

/** Texts by the path of a field: a condition needs one of them in its field. Empty: it can never be true. */
export type TextNeed = ReadonlyMap<string, ReadonlySet<string>>

/** What a condition needs that is never true. */
export const impossible: TextNeed = new Map()

export function needOf(path: string, texts: Iterable<string>): TextNeed {
  return new Map([[path, new Set(texts)]])
}

/** What is needed where one of several conditions has to be true; null as soon as one of them needs nothing known. */
export function needOfAny(needs: Iterable<TextNeed | null>): TextNeed | null {
  const all = new Map<string, Set<string>>()
  for (const need of needs) {
    if (!need) return null
    for (const [path, texts] of need) {
      const known = all.get(path)
      if (!known) all.set(path, new Set(texts))
      else for (const text of texts) known.add(text)
    }
  }
  return all
}

/** How well a need tells events apart, in bits. */
export function bitsOfNeed(need: TextNeed): number {
  return bitsOfAny([...need.values()].flatMap((texts) => [...texts]))
}

/** The texts without those that have another of them inside. */
export function withoutLonger(texts: ReadonlySet<string>): string[] {
  return [...texts].filter((text) => {
    for (let from = 0; from < text.length; from++) {
      for (let to = from + 1; to <= text.length; to++) {
        if (to - from < text.length && texts.has(text.slice(from, to))) return false
      }
    }
    return true
  })
}
