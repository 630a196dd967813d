import { Fault } from '../error.ts'
import { describeType } from '../type/relation.ts'
import type { FuncType, Type } from '../type/type.ts'
import type { Value } from '../value.ts'
import { asFunction } from './convert.ts'
import { nilList, nilMap, type SignedFunction, signatureOf } from './fetch.ts'
import { kindOf } from './kind.ts'

const environments = new WeakMap<object, Map<string, Value>>()

/** `$env` as a value: the scope of the run as a map, the same one each time. */
export function environmentMap(
  scope: Record<string, Value>,
  types: ReadonlyMap<string, Type>,
): ReadonlyMap<Value, Value> {
  let map = environments.get(scope)
  if (!map) {
    map = new Map(Object.entries(scope).map(([name, value]) => [name, signed(value, types.get(name))]))
    environments.set(scope, map)
  }
  return map
}

/** A function that carries its declared type, so that calls of it are checked wherever it got to. */
function signed(value: Value, type: Type | undefined): Value {
  if (typeof value !== 'function' || type?.kind !== 'func') return value
  const call: SignedFunction = (...args) => (value as SignedFunction)(...args)
  call[signatureOf] = type
  return call
}

/** A call of a value of unknown kind. */
export function callDynamic(callee: Value, args: readonly Value[], at: number): Value {
  const call = asFunction(callee, at)
  const signature = call[signatureOf]
  return call(...(signature ? fitted(signature, args, at) : args))
}

function fitted({ params, variadic }: FuncType, args: readonly Value[], at: number): Value[] {
  const fits = variadic ? args.length >= params.length - 1 : args.length === params.length
  if (!fits) throw new Fault(at, `it takes ${params.length} arguments, not ${args.length}`)
  return args.map((arg, index) => {
    const param = params[Math.min(index, params.length - 1)]
    return param ? fit(arg, param, at) : arg
  })
}

const zeros: Partial<Record<Type['kind'], Value>> = {
  string: '',
  int: 0n,
  float: 0,
  bool: false,
  array: nilList,
  map: nilMap,
}

const kinds: Partial<Record<Type['kind'], string>> = { array: 'list', func: 'function' }

/** An argument as a parameter takes it: nil is the parameter's zero. */
function fit(arg: Value, param: Type, at: number): Value {
  if (arg === null) return zeros[param.kind] ?? null
  if (param.kind === 'any') return arg
  const wanted = param.kind === 'struct' ? param.struct.name : (kinds[param.kind] ?? param.kind)
  if (kindOf(arg) === wanted) return arg
  throw new Fault(at, `it must be ${describeType(param)} here, not ${kindOf(arg)}`)
}
