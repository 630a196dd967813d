import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { asInt } from '../runtime/convert.ts'
import { ArgumentError, type Builtin } from './builtin.ts'

const here = -1
const wrap = (value: bigint) => BigInt.asIntN(64, value)
const both = [types.func([types.int, types.int], types.int)]

const bits = (name: string, combine: (x: bigint, y: bigint) => bigint): Builtin => ({
  name,
  overloads: both,
  call: (x: Value | undefined, y: Value | undefined) =>
    wrap(combine(asInt(x ?? null, here), asInt(y ?? null, here))),
})

const shift = (name: string, move: (x: bigint, count: bigint) => bigint): Builtin =>
  bits(name, (x, count) => {
    if (count < 0n) throw new ArgumentError(`bits cannot be shifted by ${count}`)
    return move(x, count > 64n ? 64n : count)
  })

/** Builtins on the bits of ints. */
export const bitBuiltins: readonly Builtin[] = [
  bits('bitand', (x, y) => x & y),
  bits('bitor', (x, y) => x | y),
  bits('bitxor', (x, y) => x ^ y),
  bits('bitnand', (x, y) => x & ~y),
  shift('bitshl', (x, count) => x << count),
  shift('bitshr', (x, count) => x >> count),
  shift('bitushr', (x, count) => BigInt.asUintN(64, x) >> count),
  { name: 'bitnot', overloads: [types.func([types.int], types.int)], call: (x) => ~asInt(x ?? null, here) },
]
