import type { CodeRanges } from './code-ranges.ts'
import { maxCodePoint } from './code-ranges.ts'
import type { Assertion, RegexNode, RepeatNode } from './node.ts'

/** Writes the expression in the plainest RE2 syntax: no flags but for lines, no names, no named classes. */
export function printRegex(node: RegexNode): string {
  switch (node.kind) {
    case 'empty':
      return '(?:)'
    case 'literal':
      return printClass(node.orbit.flatMap((codePoint) => [codePoint, codePoint]))
    case 'class':
      return printClass(node.ranges)
    case 'assertion':
      return assertionTexts[node.assertion]
    case 'group':
      return `(${printRegex(node.body)})`
    case 'sequence':
      return node.items.map(printRegex).join('')
    case 'choice':
      return `(?:${node.items.map(printRegex).join('|')})`
    case 'repeat':
      return printRepeat(node)
  }
}

const assertionTexts: Readonly<Record<Assertion, string>> = {
  textStart: '\\A',
  textEnd: '\\z',
  lineStart: '(?m:^)',
  lineEnd: '(?m:$)',
  wordBoundary: '\\b',
  notWordBoundary: '\\B',
}

function printRepeat({ body, min, max, greedy }: RepeatNode): string {
  const lazy = greedy ? '' : '?'
  return `(?:${printRegex(body)})${printCount(min, max)}${lazy}`
}

function printCount(min: number, max: number): string {
  if (max === 1) return '?'
  if (max === Infinity && min <= 1) return min === 0 ? '*' : '+'
  if (max === Infinity) return `{${min},}`
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function printClass(ranges: CodeRanges): string {
  const [first, last] = ranges
  if (first === undefined) return `[^\\x{0}-\\x{${maxCodePoint.toString(16)}}]`
  if (ranges.length === 2 && first === last) return printCodePoint(first)
  const parts: string[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    const low = ranges[i] ?? 0
    const high = ranges[i + 1] ?? low
    parts.push(low === high ? printCodePoint(low) : `${printCodePoint(low)}-${printCodePoint(high)}`)
  }
  return `[${parts.join('')}]`
}

function printCodePoint(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  return /[0-9A-Za-z_]/.test(character) ? character : `\\x{${codePoint.toString(16)}}`
}
