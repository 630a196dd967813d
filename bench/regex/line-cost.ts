import { compileRegex } from '../../packages/regex/src/index.ts'
import { Re2jsMatcher } from '../../packages/regex/src/re2js-matcher.ts'
import { parseRegex } from '../../packages/regex/src/syntax/parse.ts'
import { translateRegex } from '../../packages/regex/src/v8/translate.ts'
import { median, type Sample } from '../bench.ts'
import { readSubjects, type Subject } from './corpus.ts'

/** Longer ones are not lines of ordinary logs. */
const longestLine = 1024
const turns = 7
const warmUpTurns = 3
const passes = 20

/** Ordinary lines with a match, all groups taken, and without: microseconds each, by what answers. */
export function lineCosts(own: boolean): Sample {
  const subjects = readSubjects(own).filter(({ source }) => compileRegex(source).engine === 'v8')
  const match = costs(subjects, ({ matching }) => matching)
  const miss = costs(subjects, ({ missing }) => missing)
  return {
    matchOurs: match.ours,
    matchPlain: match.plain,
    matchRe2js: match.re2js,
    missOurs: miss.ours,
    missPlain: miss.plain,
  }
}

interface Work {
  readonly lines: readonly string[]
  readonly ours: (line: string) => unknown
  readonly plain: (line: string) => unknown
  readonly re2js: (line: string) => unknown
}

function costs(
  subjects: readonly Subject[],
  linesOf: (subject: Subject) => readonly string[],
): { ours: number; plain: number; re2js: number } {
  const works = subjects.flatMap((subject) => workOf(subject, linesOf(subject)))
  const lines = works.reduce((sum, work) => sum + work.lines.length, 0)
  const microseconds = (who: 'ours' | 'plain' | 're2js', count: number): number => {
    const start = performance.now()
    for (const work of works)
      for (let pass = 0; pass < count; pass++) for (const line of work.lines) work[who](line)
    return ((performance.now() - start) * 1000) / (lines * count)
  }
  const ours: number[] = []
  const plain: number[] = []
  for (let turn = -warmUpTurns; turn < turns; turn++) {
    const pair = [microseconds('ours', passes), microseconds('plain', passes)] as const
    if (turn < 0) continue
    ours.push(pair[0])
    plain.push(pair[1])
  }
  return { ours: median(ours), plain: median(plain), re2js: microseconds('re2js', 1) }
}

function workOf({ source }: Subject, given: readonly string[]): Work[] {
  const lines = given.filter((line) => line.length <= longestLine)
  const { root } = parseRegex(source)
  const translation = translateRegex(root)
  if (!('pattern' in translation) || lines.length === 0) return []
  const regex = compileRegex(source)
  const plain = new RegExp(translation.pattern)
  const re2js = new Re2jsMatcher(root)
  return [
    {
      lines,
      ours: (line) => regex.exec(line),
      plain: (line) => plain.exec(line),
      re2js: (line) => re2js.exec(line),
    },
  ]
}
