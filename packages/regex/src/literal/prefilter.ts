// How common characters are in log lines, commonest last. A search runs fastest for text that begins rarely.
const commonCharacters = '"/-.:,=[]() 0123456789etaoinsrhdlcumpfgbywvk'
/** Fewest characters that trimming leaves of a literal. */
const shortestTrimmed = 4

/**
 * Tells cheaply of many texts that they have no match: those that have none of the literals. Made of literals
 * of which every match has one.
 */
export class Prefilter {
  private readonly needles: readonly string[]

  constructor(literals: readonly string[]) {
    this.needles = [...new Set(literals.map(trimCommonStart))]
  }

  /** False if the text cannot have a match. */
  mayMatch(text: string): boolean {
    for (const needle of this.needles) if (text.includes(needle)) return true
    return false
  }
}

/** The literal without what comes before its rarest character, as far as it stays long enough. */
function trimCommonStart(literal: string): string {
  let best = 0
  for (let i = 1; i <= literal.length - shortestTrimmed; i++) {
    if (commonness(literal[i] ?? '') < commonness(literal[best] ?? '')) best = i
  }
  return literal.slice(best)
}

function commonness(character: string): number {
  return commonCharacters.indexOf(character)
}
