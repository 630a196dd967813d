import { isAscii } from '../runtime/text.ts'

/** A text to look for, and how well it tells events apart that have it. */
export interface Clue {
  readonly text: string
  readonly bits: number
}

/** How many bits a character tells in what web servers and daemons log: letters come in words. */
const bitsOfCharacters = new Float64Array(128).fill(7)
for (const [bits, characters] of [
  [2, '/'],
  [3, '. %etaoinsr'],
  [3.5, '0123456789-=&?+:'],
  [4, 'lcdpmughfwb'],
  [5, 'vkyx_;(),"'],
  [6, 'jqz'],
] as const) {
  for (const character of characters) bitsOfCharacters[character.charCodeAt(0)] = bits
}

/** Words that tell little however long they are. */
const commonWord =
  /https?:\/\/|www\.|index|\.php|\.html|\.aspx?|\.jsp|login|admin|user|api\/|mozilla|compatible|windows|linux|android|chrome|safari|gecko|version|\.com|config|content|image|static|plugins|action|get|post|head|failed|invalid|password|from|public|session|module|global|default/g
const bitsOfCommonWord = 6

/** Escapes of what URLs may have as it is: letters and digits. */
const needlessEscape = /%(?:3\d|[46][1-9a-f]|[57][0-9a])/g
const bitsOfNeedlessEscape = 18
/** Escapes of what is hardly ever part of a URL. */
const oddEscape = /%(?:24|5c|60|7[b-e]|3[ce]|0\d)/g
const bitsOfOddEscape = 10

/** More is not worth telling apart. */
const enoughBits = 34
/** What each character costs those who look for it. */
const costOfCharacter = 0.25
const longestPart = 16
/** Of texts that are changed before they are compared: each character is several texts to look for. */
const longestChangedPart = 6
const longestChangedRead = 80
/** Texts are read this far: they have telling parts within. */
const longestRead = 100

/** How well texts tell events apart of which one has to be there: the bits of them all together. */
export function bitsOfAny(bits: Iterable<number>): number {
  let chance = 0
  for (const each of bits) chance += 2 ** -each
  return -Math.log2(chance)
}

function bitsOf(text: string): number {
  return Math.min(sumsOf(text)[text.length] ?? 0, enoughBits)
}

/** The bits of a text before each of its characters, and of all of it. */
function sumsOf(text: string): Float64Array {
  const sums = new Float64Array(text.length + 1)
  for (let at = 0; at < text.length; at++) sums[at + 1] = bitsOfCharacters[text.charCodeAt(at)] ?? 0
  weigh(sums, text, commonWord, bitsOfCommonWord)
  if (text.includes('%')) {
    weigh(sums, text, needlessEscape, bitsOfNeedlessEscape)
    weigh(sums, text, oddEscape, bitsOfOddEscape)
  }
  for (let at = 0; at < text.length; at++) sums[at + 1] = (sums[at + 1] ?? 0) + (sums[at] ?? 0)
  return sums
}

/** Gives the characters of what a pattern finds together so many bits, whatever they have by themselves. */
function weigh(bits: Float64Array, text: string, pattern: RegExp, together: number): void {
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const { length } = found[0]
    bits.fill(together / length, found.index + 1, found.index + 1 + length)
  }
}

/** Letters that have an ASCII one as their other case. */
const foreign: Readonly<Record<string, string>> = { ı: 'i', İ: 'i', ſ: 's', '\u212a': 'k' }

/** A text without regard to case, cut where it has characters beyond ASCII. */
function plainRuns(text: string): string[] {
  const read = text.length > longestRead ? text.slice(0, longestRead) : text
  if (isAscii(read)) return [read.toLowerCase()]
  return read
    .replace(/[ıİſ\u212a]/g, (letter) => foreign[letter] ?? letter)
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .split(/[^\x00-\x7f]+/)
    .filter((run) => run !== '')
}

/** The part of a text that tells most for its length, in ASCII and lower case; undefined where it has none. */
export function tellingPart(text: string): Clue | undefined {
  let best: { clue: Clue; worth: number } | undefined
  for (const run of plainRuns(text)) {
    const sums = sumsOf(run)
    for (let from = 0; from < run.length; from++) {
      const end = Math.min(run.length, from + longestPart)
      for (let to = from + 1; to <= end; to++) {
        const bits = Math.min((sums[to] ?? 0) - (sums[from] ?? 0), enoughBits)
        const worth = bits - costOfCharacter * (to - from)
        if (!best || worth > best.worth) best = { clue: { text: run.slice(from, to), bits }, worth }
        if (bits >= enoughBits) break
      }
    }
  }
  return best?.clue
}

/**
 * Of the lists that are made of the parts of a text, the one that tells most; undefined where there is none. One of
 * each list's texts has to be there.
 */
export function tellingForms(
  text: string,
  formsOf: (part: string) => readonly string[],
): readonly Clue[] | undefined {
  const known = new Map<string, Clue>()
  const clueOf = (form: string) => {
    let clue = known.get(form)
    if (!clue) known.set(form, (clue = { text: form, bits: bitsOf(form) }))
    return clue
  }
  let best: { clues: readonly Clue[]; worth: number } | undefined
  for (const part of plainRuns(text).flatMap(changedParts)) {
    const clues = formsOf(part).map(clueOf)
    const length = clues.reduce((sum, clue) => sum + clue.text.length, 0)
    const worth = bitsOfAny(clues.map(({ bits }) => bits)) - costOfCharacter * length
    if (!best || worth > best.worth) best = { clues, worth }
  }
  return best?.clues
}

function changedParts(run: string): string[] {
  const parts: string[] = []
  const length = Math.min(run.length, longestChangedRead)
  for (let from = 0; from < length; from++) {
    const end = Math.min(length, from + longestChangedPart)
    for (let to = from + 1; to <= end; to++) parts.push(run.slice(from, to))
  }
  return parts
}
