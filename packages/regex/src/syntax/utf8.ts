import { clipRanges, type CodeRanges } from './code-ranges.ts'
import { choiceNode, classNode, type RegexNode, sequenceNode } from './node.ts'

/** Last code points of one, two and three bytes. */
const lastOfLength = [0x7f, 0x7ff, 0xffff]
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/** What matches one character of the set in a text that has a character for each byte of its UTF-8. */
export function bytesNode(ranges: CodeRanges): RegexNode {
  const sequences: RegexNode[] = []
  for (const part of [
    clipRanges(ranges, 0, firstSurrogate - 1),
    clipRanges(ranges, lastSurrogate + 1, 0x10ffff),
  ]) {
    for (let i = 0; i < part.length; i += 2) addSequences(part[i] ?? 0, part[i + 1] ?? 0, sequences)
  }
  return sequences.length === 0 ? classNode([]) : choiceNode(sequences)
}

/** Adds what matches the range as sequences in which every byte has a range of its own. */
function addSequences(low: number, high: number, sequences: RegexNode[]): void {
  const middle = splitPoint(low, high)
  if (middle !== undefined) {
    addSequences(low, middle, sequences)
    addSequences(middle + 1, high, sequences)
    return
  }
  const lows = encode(low)
  const highs = encode(high)
  sequences.push(sequenceNode(lows.map((byte, index) => classNode([byte, highs[index] ?? byte]))))
}

/** Where the range must be cut first: the last code point of its lower part; undefined if it need not be. */
function splitPoint(low: number, high: number): number | undefined {
  const length = lastOfLength.find((last) => low <= last && last < high)
  if (length !== undefined) return length
  if (high <= 0x7f) return undefined
  for (let bits = 6; bits <= 18; bits += 6) {
    const mask = (1 << bits) - 1
    if ((low | mask) === (high | mask)) continue
    if ((low & mask) !== 0) return low | mask
    if ((high & mask) !== mask) return (high & ~mask) - 1
  }
  return undefined
}

function encode(codePoint: number): number[] {
  return [...new TextEncoder().encode(String.fromCodePoint(codePoint))]
}
