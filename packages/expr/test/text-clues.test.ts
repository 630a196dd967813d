import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import {
  compileExpr,
  createEnvironment,
  DataFiles,
  type DataFileType,
  helperFunctions,
  noWorld,
  type Program,
  StashCaches,
  type TextClue,
  textClues,
  type Value,
} from '../src/index.ts'
import { eventEnvironment, eventScope } from './event-environment.ts'

interface Scenario {
  readonly name?: string
  readonly filter?: string
  readonly data?: readonly { dest_file?: string; type?: DataFileType }[]
}

/** An event of the test environment: the fields that filters look at. */
interface TextFields {
  readonly parsed: Map<string, Value>
  readonly meta: Map<string, Value>
}

/** As whoever looks for clues reads a text. */
function folded(text: string): string {
  return text
    .replace(/[ıİ]/g, 'i')
    .replaceAll('ſ', 's')
    .replaceAll('\u212a', 'k')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function isMet(clues: readonly TextClue[], event: TextFields): boolean {
  return clues.some(({ path, texts }) => {
    const [, kind = '', field = ''] = path.split('.')
    const text = (kind === 'Meta' ? event.meta : event.parsed).get(field) ?? ''
    const read = typeof text === 'string' ? folded(text) : ''
    return texts.some((each) => read.includes(each))
  })
}

/** Ways to write a text that some filters see through. */
const disguises: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (text) => text.replaceAll(' ', '+').replaceAll('/', '%2f').replaceAll('$', '%24').replaceAll('{', '%7B'),
  (text) => text.replace(/s/gi, 'ſ').replace(/k/gi, '\u212a').replace(/i/g, 'ı').replace(/I/g, 'İ'),
  (text) => text.replace(/s/gi, '%C5%BF').replace(/k/gi, '%e2%84%aa').replace(/i/g, '%c4%b1'),
  (text) => text.slice(0, -1),
]

/** Events whose fields are the given texts, disguised, between others. */
function eventsOf(fields: readonly string[], texts: readonly string[]): fc.Arbitrary<TextFields> {
  const piece = fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom(...disguises))
    .map(([text, disguise]) => disguise(text))
  const noise = fc.constantFrom('', '', '', '/', 'x', 'é', '%', '%zz', '?q=')
  const text = fc.tuple(
    noise,
    fc.oneof(
      piece,
      fc.tuple(piece, piece).map(([a, b]) => a + b),
    ),
    noise,
  )
  return fc.array(text, { minLength: fields.length, maxLength: fields.length }).map((values) => {
    const { evt } = eventScope() as unknown as { evt: TextFields }
    for (const [index, field] of fields.entries()) {
      const [kind, name = ''] = field.split('.')
      const map = kind === 'Meta' ? evt.meta : evt.parsed
      map.set(name, values[index]?.join('') ?? '')
    }
    return evt
  })
}

/** The literals of a source, and such as its patterns match. */
function literalsOf(source: string): string[] {
  const literals = [...source.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(
    ({ 1: single, 2: double }) => (single ?? double ?? '').replace(/\\(.)/g, '$1'),
  )
  const ofPatterns = literals.flatMap((literal) => literal.split(/[.*?+^$|()[\]\\]+/))
  return [...new Set([...literals, ...literals.map((literal) => literal.slice(1)), ...ofPatterns])]
}

/** What of a line of a file, which may be a pattern or JSON, is likely to be found. */
function longestPlainPart(line: string): string {
  return line
    .split(/[\\"()[\]*?|^]+/)
    .reduce((longest, part) => (part.length > longest.length ? part : longest))
}

function fieldsOf(source: string): string[] {
  return [...new Set([...source.matchAll(/evt\.((?:Meta|Parsed)\.\w+)/g)].map(({ 1: field = '' }) => field))]
}

/** Whatever lacks the clues of a program is false for it, and nothing else comes of it. */
function expectFalseWithout(
  program: Program,
  clues: readonly TextClue[],
  lines: readonly string[],
  runs: number,
): number {
  const texts = [...literalsOf(program.source), ...lines]
  let met = 0
  fc.assert(
    fc.property(eventsOf(fieldsOf(program.source), texts), (event) => {
      if (isMet(clues, event)) {
        met++
        return
      }
      const before = JSON.stringify([[...event.meta], [...event.parsed]])
      expect(program.run({ ...eventScope(), evt: event })).toBe(false)
      expect(JSON.stringify([[...event.meta], [...event.parsed]])).toBe(before)
    }),
    { numRuns: runs, seed: 5 },
  )
  return met
}

it.each([
  "evt.Meta.p contains 'ask$' && int(evt.Meta.n) > 3",
  "Upper(PathUnescape(evt.Meta.p)) contains Upper('select $x')",
  "Lower(QueryUnescape(evt.Meta.p)) startsWith Lower('Kiss is +{')",
  "lower(PathUnescape(QueryUnescape(evt.Meta.p))) == 'a{b' || TrimSpace(evt.Meta.q) == 'naïve task'",
  "any(File('lines.txt'), { Upper(evt.Meta.p) contains Upper(#) ? evt.SetMeta('x', #) : false })",
  "let t = LookupFile(Lower(evt.Meta.p), 'map.jsonl'); t != '' ? evt.SetMeta('t', t) : false",
  "evt.Meta.p matches '(?i)ask[{]is' || Upper(evt.Meta.p) matches Upper('kiss~')",
  "if evt.Meta.p == 'ask' { evt.Meta.q contains '{is' } else { upper(evt.Meta.q) endsWith 'KISS}' }",
  "evt.Meta.q in ['ask', 'is'] && (evt.Meta.p in File('lines.txt') || evt.Meta.p contains 'İs{')",
])('%s is false without its clues', (source) => {
  const program = compileExpr(source, eventEnvironment)
  const clues = textClues(program)
  expect(clues).not.toBeNull()
  const met = expectFalseWithout(
    program,
    clues ?? [],
    ['alpha', 'gamma delta', 'curl', 'Mozilla', 'exact'],
    300,
  )
  expect(met).toBeGreaterThan(10)
})

describeNeeding([needShared('hub/scenarios'), needShared('hub-data')], 'filters of the public hub', () => {
  const dataPaths = new Map(
    globSync('**/*.{txt,json,jsonl}', { cwd: join(sharedFolder, 'hub-data') }).map((path) => [
      path.split('/').at(-1) ?? path,
      join(sharedFolder, 'hub-data', path),
    ]),
  )
  const files = new DataFiles()
  const environment = createEnvironment({
    variables: Object.fromEntries(eventEnvironment.variables),
    functions: helperFunctions(noWorld({ files, stash: new StashCaches(Date.now) })),
  })
  const scenarios = globSync('scenarios/*/*.{yaml,yml}', { cwd: join(sharedFolder, 'hub') })
    .flatMap((path) => parseAllDocuments(readFileSync(join(sharedFolder, 'hub', path), 'utf8')))
    .map((document) => document.toJS() as Scenario)
    .filter(({ filter }) => filter !== undefined)
  const linesOf = ({ data = [] }: Scenario): string[] =>
    data.flatMap(({ dest_file: name = '', type = 'string' }) => {
      const path = dataPaths.get(name)
      if (path === undefined) return []
      const text = readFileSync(path, 'utf8')
      files.load(name, type, text)
      return text.split('\n').map(longestPlainPart)
    })

  it('are false without their clues, and most that look at texts have some', () => {
    const clueLists = new Map<string, readonly TextClue[]>()
    let met = 0
    for (const scenario of scenarios) {
      const lines = linesOf(scenario)
      const { filter = '' } = scenario
      // Rules for web requests look at what is not part of this environment.
      if (clueLists.has(filter) || filter.includes('evt.Appsec')) continue
      const program = compileExpr(filter, environment)
      const clues = textClues(program)
      if (!clues) continue
      clueLists.set(filter, clues)
      met += expectFalseWithout(program, clues, lines, 40)
    }
    expect(clueLists.size).toBeGreaterThan(100)
    expect(met).toBeGreaterThan(500)
  })
})
