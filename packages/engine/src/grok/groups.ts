/**
 * The offsets of the capturing groups of a regular expression, in order: of the n-th group at index n-1. Escapes,
 * classes and `\Q...\E` are stepped over; the expression need not be valid.
 */
export function groupOffsets(source: string): number[] {
  const offsets: number[] = []
  for (let at = 0; at < source.length; at++) {
    const character = source[at]
    if (character === '\\') at = source[at + 1] === 'Q' ? endOfLiteral(source, at) : at + 1
    else if (character === '[') at = endOfClass(source, at)
    else if (character === '(' && captures(source, at)) offsets.push(at)
  }
  return offsets
}

function captures(source: string, open: number): boolean {
  return source[open + 1] !== '?' || /^\(\?P?<[A-Za-z_]/.test(source.slice(open, open + 5))
}

function endOfLiteral(source: string, at: number): number {
  const end = source.indexOf('\\E', at)
  return end < 0 ? source.length : end + 1
}

function endOfClass(source: string, open: number): number {
  let at = open + 1
  if (source[at] === '^') at++
  // A bracket that comes first stands for itself.
  if (source[at] === ']') at++
  for (; at < source.length && source[at] !== ']'; at++) {
    if (source[at] === '\\') at++
    else if (source.startsWith('[:', at)) at = Math.max(at, source.indexOf(':]', at) + 1)
  }
  return at
}
