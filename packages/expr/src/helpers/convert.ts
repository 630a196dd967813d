import { silentLogger } from '@tocsin/model'
import { parseFloatText } from '../builtin/math.ts'
import { formatText } from '../go/format.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, bool, float, int, string } = types

/** Helpers that turn values into others. */
export const conversionHelpers: HelperFamily = ({ log = silentLogger }) => ({
  Get: helper(types.func([types.array(string), int], string), (list: readonly string[], at: bigint) => {
    if (at < 0n) throw new Error(`index ${at} is out of range (${list.length} elements)`)
    return list[Number(at)] ?? ''
  }),
  ToString: helper(types.func([any], string), (value: Value) => (typeof value === 'string' ? value : '')),
  Atof: helper(types.func([string], float), atof),
  Sprintf: helper(
    types.func([string, any], string, { variadic: true }),
    (format: string, ...values: Value[]) => formatText(format, values),
  ),
  LogInfo: helper(
    types.func([string, any], bool, { variadic: true }),
    (format: string, ...values: Value[]) => {
      log.info(formatText(format, values))
      return true
    },
  ),
  FloatApproxEqual: helper(
    types.func([float, float], bool),
    (a: number, b: number) => Math.abs(a - b) < 1e-6,
  ),
})

/** The float of a text: 0 where it is none, infinite where it is too large. */
function atof(text: string): number {
  const value = parseFloatText(text)
  if (value !== null) return value
  return /^[+-]?[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : 0
}
