import {
  fields,
  index,
  indexAny,
  replace,
  split,
  toLower,
  toUpper,
  trimPrefix,
  trimSet,
  trimSpace,
  trimSuffix,
} from '../go/strings.ts'
import { maxTextLength } from '../limits.ts'
import { expectTextLength } from '../runtime/memory.ts'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { string, int } = types
const strings = types.array(string)
const here = -1

/** Of helpers that give their first argument in other letters, or a part of it. */
const fromItself = { origins: 'itself' } as const

const toText = (count: number) =>
  types.func(
    Array.from({ length: count }, () => string),
    string,
  )
const toList = types.func([string, string], strings)
const toListOf = types.func([string, string, int], strings)
const toIndex = types.func([string, string], int)

function bounded(text: string, old: string, fresh: string, limit: number): string {
  const most = (old === '' ? text.length + 1 : Math.ceil(text.length / old.length)) * fresh.length
  if (most > maxTextLength) expectTextLength(split(text, old).length * fresh.length, here)
  return replace(text, old, fresh, limit)
}

/** Helpers on texts. Indexes count bytes. Source: Go's strings package. */
export const textHelpers: HelperFamily = () => ({
  Upper: helper(toText(1), toUpper, fromItself),
  Lower: helper(toText(1), toLower, fromItself),
  TrimSpace: helper(toText(1), trimSpace, fromItself),
  Fields: helper(types.func([string], strings), fields),
  Trim: helper(toText(2), (text: string, set: string) => trimSet(text, set), fromItself),
  TrimLeft: helper(toText(2), (text: string, set: string) => trimSet(text, set, 'left'), fromItself),
  TrimRight: helper(toText(2), (text: string, set: string) => trimSet(text, set, 'right'), fromItself),
  TrimPrefix: helper(toText(2), trimPrefix, fromItself),
  TrimSuffix: helper(toText(2), trimSuffix, fromItself),
  Split: helper(toList, (text: string, separator: string) => split(text, separator)),
  SplitAfter: helper(toList, (text: string, separator: string) => split(text, separator, -1, true)),
  SplitN: helper(toListOf, (text: string, separator: string, count: bigint) =>
    split(text, separator, Number(count)),
  ),
  SplitAfterN: helper(toListOf, (text: string, separator: string, count: bigint) =>
    split(text, separator, Number(count), true),
  ),
  Join: helper(types.func([strings, string], string), (list: readonly string[], glue: string) => {
    expectTextLength(
      list.reduce((sum, part) => sum + part.length + glue.length, 0),
      here,
    )
    return list.join(glue)
  }),
  Index: helper(toIndex, (text: string, part: string) => BigInt(index(text, part))),
  IndexAny: helper(toIndex, (text: string, set: string) => BigInt(indexAny(text, set))),
  Replace: helper(
    types.func([string, string, string, int], string),
    (text: string, old: string, fresh: string, count: bigint) => bounded(text, old, fresh, Number(count)),
  ),
  ReplaceAll: helper(toText(3), (text: string, old: string, fresh: string) => bounded(text, old, fresh, -1)),
  Match: helper(types.func([string, string], types.bool), matchesGlob),
})

/** Whether a text fits a pattern with `*` and `?`, from end to end; `?` stands for one byte. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [p, t] = [Buffer.from(pattern), Buffer.from(text)]
  let [at, textAt] = [0, 0]
  let [starAt, starTextAt] = [-1, 0]
  while (textAt < t.length) {
    if (p[at] === 0x2a) {
      starAt = at++
      starTextAt = textAt
    } else if (at < p.length && (p[at] === 0x3f || p[at] === t[textAt])) {
      at++
      textAt++
    } else if (starAt >= 0) {
      // The last star takes one byte more: going back to an earlier one would gain nothing.
      at = starAt + 1
      textAt = ++starTextAt
    } else return false
  }
  return isEnd(p, at, text)
}

/** What is left of the pattern may only be stars; of an empty text, a single one at most, as in the original. */
function isEnd(pattern: Buffer, from: number, text: string): boolean {
  const rest = pattern.subarray(from)
  return rest.every((byte) => byte === 0x2a) && (rest.length <= 1 || text !== '' || rest.length === 0)
}
