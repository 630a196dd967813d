/** How many bits a character tells in what web servers and daemons log: letters come in words. */
const bitsOfCharacters: Readonly<Record<string, number>> = Object.fromEntries(
  (
    [
      [2, '/'],
      [3, '. %etaoinsr'],
      [3.5, '0123456789-=&?+:'],
      [4, 'lcdpmughfwb'],
      [5, 'vkyx_;(),"'],
      [6, 'jqz'],
    ] as const
  ).flatMap(([bits, characters]) => Array.from(characters, (character) => [character, bits])),
)
const bitsOfOthers = 7

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
const longestChangedPart = 8
/** Texts are read this far: they have telling parts within. */
const longestRead = 100

/** How well texts tell events apart of which one has to be there: the bits of them all together. */
export function bitsOfAny(texts: Iterable<string>): number {
  let chance = 0
  for (const text of texts) chance += 2 ** -bitsOf(text)
  return -Math.log2(chance)
}

function bitsOf(text: string): number {
  return Math.min(sumsOf(text).at(-1) ?? 0, enoughBits)
}

/** The bits of a text before each of its characters, and of all of it. */
function sumsOf(text: string): number[] {
  const bits = Array.from(text, (character) => bitsOfCharacters[character] ?? bitsOfOthers)
  const weigh = (pattern: RegExp, whole: number) => {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      bits.fill(whole / found.length, index, index + found.length)
    }
  }
  weigh(commonWord, bitsOfCommonWord)
  if (text.includes('%')) {
    weigh(needlessEscape, bitsOfNeedlessEscape)
    weigh(oddEscape, bitsOfOddEscape)
  }
  const sums = [0]
  for (const each of bits) sums.push((sums.at(-1) ?? 0) + each)
  return sums
}

/** Letters that have an ASCII one as their other case. */
const foreign: Readonly<Record<string, string>> = { ı: 'i', İ: 'i', ſ: 's', '\u212a': 'k' }

/** A text without regard to case, cut where it has characters beyond ASCII. */
function plainRuns(text: string): string[] {
  return text
    .slice(0, longestRead)
    .replace(/[ıİſ\u212a]/g, (letter) => foreign[letter] ?? letter)
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .split(/[^\x00-\x7f]+/)
    .filter((run) => run !== '')
}

/** The part of a text that tells most for its length, in ASCII and lower case; undefined where it has none. */
export function tellingPart(text: string): string | undefined {
  let best: { part: string; worth: number } | undefined
  for (const run of plainRuns(text)) {
    const sums = sumsOf(run)
    for (let from = 0; from < run.length; from++) {
      const end = Math.min(run.length, from + longestPart)
      for (let to = from + 1; to <= end; to++) {
        const bits = Math.min((sums[to] ?? 0) - (sums[from] ?? 0), enoughBits)
        const worth = bits - costOfCharacter * (to - from)
        if (!best || worth > best.worth) best = { part: run.slice(from, to), worth }
      }
    }
  }
  return best?.part
}

/**
 * Of the lists that are made of the parts of a text, the one that tells most; undefined where there is none. One of
 * each list's texts has to be there.
 */
export function tellingForms(
  text: string,
  formsOf: (part: string) => readonly string[],
): readonly string[] | undefined {
  const known = new Map<string, number>()
  const chanceOf = (form: string) => {
    let chance = known.get(form)
    if (chance === undefined) known.set(form, (chance = 2 ** -bitsOf(form)))
    return chance
  }
  let best: { forms: readonly string[]; worth: number } | undefined
  for (const part of plainRuns(text).flatMap(changedParts)) {
    const forms = formsOf(part)
    const bits = -Math.log2(forms.reduce((sum, form) => sum + chanceOf(form), 0))
    const worth = bits - costOfCharacter * forms.reduce((sum, form) => sum + form.length, 0)
    if (!best || worth > best.worth) best = { forms, worth }
  }
  return best?.forms
}

function changedParts(run: string): string[] {
  return Array.from(run).flatMap((_, from) => {
    const most = Math.min(longestChangedPart, run.length - from)
    return Array.from({ length: most }, (__, index) => run.slice(from, from + index + 1))
  })
}
