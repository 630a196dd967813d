import { compileRegex } from '@tocsin/regex'

/** Texts of which one is in whatever one of the expressions matches; undefined where one of them tells none. */
export function textsOfPatterns(sources: readonly string[]): readonly string[] | undefined {
  const texts = new Set<string>()
  for (const source of sources) {
    const literals = compileRegex(source).requiredLiterals
    if (!literals) return undefined
    for (const literal of literals) texts.add(literal)
  }
  return [...texts]
}
