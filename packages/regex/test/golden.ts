import { Buffer } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileRegex, type Regex } from '../src/index.ts'

/** How one file of recorded answers was answered. */
export interface GoldenResult {
  /** Path of the file inside the folder of goldens. */
  readonly file: string
  readonly passed: number
  /** One line for each case that went wrong: what was asked, what was expected, what came. */
  readonly failures: readonly string[]
}

/**
 * Judges the goldens about expressions of a folder laid out as the reference data: `grok/patterns.jsonl` with
 * `grok/cases.jsonl`, and `regex/re2-search.txt`. A file that is not there gives no result; patterns that are not there
 * are those of the other folder.
 */
export function judgeGoldens(folder: string, otherFolder = folder): GoldenResult[] {
  const results: GoldenResult[] = []
  if (existsSync(join(folder, 'grok/cases.jsonl'))) results.push(judgeGrok(folder, otherFolder))
  if (existsSync(join(folder, 'regex/re2-search.txt'))) results.push(judgeRe2Search(folder))
  return results
}

class Tally {
  passed = 0
  readonly failures: string[] = []

  count(name: string, expected: unknown, got: unknown): void {
    const [want, came] = [JSON.stringify(expected), JSON.stringify(got)]
    if (want === came) this.passed++
    else this.failures.push(`${name}: expected ${want}, got ${came}`)
  }
}

interface GrokPattern {
  readonly id: number
  readonly re: string
  readonly names: readonly string[]
}

interface GrokCase {
  readonly id: number
  readonly in: string
  readonly groups: readonly (string | null)[] | null
}

/** The patterns of a folder of goldens. */
export function readGrokPatterns(folder: string): GrokPattern[] {
  return readLines(join(folder, 'grok/patterns.jsonl')).map((line) => JSON.parse(line) as GrokPattern)
}

/** The cases of a folder of goldens. */
export function readGrokCases(folder: string): GrokCase[] {
  return readLines(join(folder, 'grok/cases.jsonl')).map((line) => JSON.parse(line) as GrokCase)
}

function judgeGrok(folder: string, otherFolder: string): GoldenResult {
  const patterns = existsSync(join(folder, 'grok/patterns.jsonl')) ? folder : otherFolder
  const tally = new Tally()
  const regexes = new Map<number, Regex>()
  for (const { id, re, names } of readGrokPatterns(patterns)) {
    const regex = compileRegex(re)
    regexes.set(id, regex)
    tally.count(`names of pattern ${id}`, names, regex.groupNames)
  }
  for (const { id, in: text, groups } of readGrokCases(folder)) {
    const found = regexes.get(id)?.exec(text)
    const got = found && Array.from(found, (group) => group ?? null)
    tally.count(`pattern ${id} in ${JSON.stringify(text)}`, groups, got)
  }
  return { file: 'grok/cases.jsonl', passed: tally.passed, failures: tally.failures }
}

function judgeRe2Search(folder: string): GoldenResult {
  const tally = new Tally()
  let strings: string[] = []
  let section = ''
  let source = ''
  let asked = 0
  for (const line of readLines(join(folder, 'regex/re2-search.txt'))) {
    if (line === 'strings' || line === 'regexps') {
      section = line
      if (line === 'strings') strings = []
    } else if (line.startsWith('"')) {
      const text = unquote(line)
      if (section === 'strings') strings.push(text)
      else source = text
      asked = 0
    } else if (section === 'regexps' && /^[-0-9]/.test(line)) {
      const text = strings[asked++] ?? ''
      const [whole, search] = line.split(';')
      tally.count(
        `/${source}/ matches whole ${JSON.stringify(text)}`,
        whole,
        places(`\\A(?:${source})\\z`, text),
      )
      tally.count(`/${source}/ in ${JSON.stringify(text)}`, search, places(source, text))
    }
  }
  return { file: 'regex/re2-search.txt', passed: tally.passed, failures: tally.failures }
}

/** The groups as byte offsets, or what went wrong; texts and places must tell the same. */
function places(source: string, text: string): string {
  try {
    const regex = compileRegex(source)
    const found = regex.search(text)
    const texts = regex.exec(text)
    if (!found || !texts) return found === texts ? '-' : 'one of search and exec finds nothing'
    return texts.map((group, index) => place(text, found, index, group)).join(' ')
  } catch (error) {
    return String(error)
  }
}

function place(text: string, found: readonly number[], index: number, group: string | undefined): string {
  const [start = -1, end = -1] = found.slice(index * 2, index * 2 + 2)
  if (start < 0) return group === undefined ? '-' : `exec finds ${JSON.stringify(group)}`
  if (text.slice(start, end) !== group) return `exec finds ${JSON.stringify(group)}`
  return `${Buffer.byteLength(text.slice(0, start))}-${Buffer.byteLength(text.slice(0, end))}`
}

const controlEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** The text of a C string literal. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))/gs,
      (_, hexadecimal?: string, octal?: string, other = '') => {
        if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16))
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
        return controlEscapes[other] ?? other
      },
    )
}

function readLines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
