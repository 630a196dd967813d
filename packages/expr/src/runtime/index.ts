import { Fault } from '../error.ts'
import { toLower, toUpper } from '../go/strings.ts'
import type { Value } from '../value.ts'
import * as arithmetic from './arithmetic.ts'
import { callDynamic, environmentMap } from './call.ts'
import * as convert from './convert.ts'
import { equal } from './equal.ts'
import { contains, fetch, inTexts, isNil, lengthOf, slice } from './fetch.ts'
import { allocate, joinTexts, range, spend } from './memory.ts'
import * as sequence from './sequence.ts'
import { hasText, remembered } from './text-search.ts'
import { characterCount, compareText } from './text.ts'

/** `len` of a value of unknown kind: characters of a text, elements of a list or map. */
function measured(value: Value, at: number): number {
  return typeof value === 'string' ? characterCount(value) : lengthOf(value, at)
}

/** The end of a chain with `?.`: an absent list is plain nil from here on. */
function chained(value: Value): Value {
  return isNil(value) ? null : value
}

function misfit(kind: string, at: number): never {
  throw new Fault(at, `it must be int here, not ${kind}`)
}

/** The functions that compiled programs call, by the names they call them. */
export const runtime: Readonly<Record<string, unknown>> = {
  ...arithmetic,
  ...convert,
  ...sequence,
  allocate,
  callDynamic,
  chained,
  characterCount,
  compareText,
  contains,
  environmentMap,
  equal,
  fetch,
  hasText,
  inTexts,
  isNil,
  joinTexts,
  measured,
  misfit,
  range,
  remembered,
  slice,
  spend,
  toLower,
  toUpper,
}
