import { Fault } from '../error.ts'
import { toLower, toUpper } from '../go/strings.ts'
import type { Value } from '../value.ts'
import * as arithmetic from './arithmetic.ts'
import * as convert from './convert.ts'
import { equal } from './equal.ts'
import { contains, fetch, inTexts, lengthOf, signatureOf, slice } from './fetch.ts'
import { allocate, range } from './memory.ts'
import * as sequence from './sequence.ts'
import { characterCount, compareText } from './text.ts'

const environments = new WeakMap<object, Map<string, Value>>()

/** `$env` as a value: the scope of the run as a map, the same one each time. */
function environmentMap(scope: Record<string, Value>): ReadonlyMap<Value, Value> {
  let map = environments.get(scope)
  if (!map) {
    map = new Map(Object.entries(scope))
    environments.set(scope, map)
  }
  return map
}

/** A call of a value of unknown kind. */
function callDynamic(callee: Value, args: readonly Value[], at: number): Value {
  const call = convert.asFunction(callee, at)
  const signature = call[signatureOf]
  if (signature) {
    const { params, variadic } = signature
    const fits = variadic ? args.length >= params.length - 1 : args.length === params.length
    if (!fits) throw new Fault(at, `it takes ${params.length} arguments, not ${args.length}`)
  }
  return call(...args)
}

/** `len` of a value of unknown kind: characters of a text, elements of a list or map. */
function measured(value: Value, at: number): number {
  return typeof value === 'string' ? characterCount(value) : lengthOf(value, at)
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
  characterCount,
  compareText,
  contains,
  environmentMap,
  equal,
  fetch,
  inTexts,
  measured,
  misfit,
  range,
  slice,
  toLower,
  toUpper,
}
