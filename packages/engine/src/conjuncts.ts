/** A literal text in the source of an expression. */
const stringLiteral = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g

/** The source with empty literal texts. */
export function withoutTexts(source: string): string {
  return source.replaceAll(stringLiteral, "''")
}

/** The parts of a source between its `&&` outside brackets. Null for anything unusual, such as an `||` beside them. */
export function conjunctsOf(source: string): string[] | null {
  // Texts are blanked at their length, so that offsets stay.
  const bare = source.replaceAll(stringLiteral, (text) => `'${'_'.repeat(text.length - 2)}'`)
  if (/[`;{}]|\/\/|\/\*|\blet\b|\bif\b/.test(bare)) return null
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of bare.matchAll(/[([]|[)\]]|&&|\|\|?|\?|\b(?:and|or)\b/g)) {
    if (token === '(' || token === '[') depth++
    else if (token === ')' || token === ']') depth--
    else if (depth > 0) continue
    else if (token !== '&&' && token !== 'and') return null
    else {
      parts.push(source.slice(start, index))
      start = index + token.length
    }
  }
  return [...parts, source.slice(start)]
}

const plainTest =
  /^[\s(]*evt\.[\w.]+\s*(?:(?:==|startsWith)\s*(?:'[^'\\]*'|"[^"\\]*")|in\s*\[(?:\s*(?:'[^'\\]*'|"[^"\\]*")\s*,?)*\])[\s)]*$/

/** Whether a source is nothing but so many tests of a field against literal texts, joined by `&&`. */
export function isPlainTests(source: string, count: number): boolean {
  const conjuncts = conjunctsOf(source)
  return conjuncts?.length === count && conjuncts.every((conjunct) => plainTest.test(conjunct))
}
