import { maxTextLength } from '../limits.ts'
import { groupKey } from '../runtime/fetch.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, bool, string } = types
const here = -1
const anything = types.func([any], any, { variadic: true })

/** Helpers on lists and maps. */
export const collectionHelpers: HelperFamily = () => ({
  KeyExists: helper(
    types.func([string, types.map(any)], bool),
    (key: string, map: ReadonlyMap<Value, Value>) => map.has(key),
  ),
  Flatten: helper(anything, (...values: Value[]) => flatten(values)),
  Distinct: helper(anything, (...values: Value[]) => {
    const [list] = values
    if (values.length === 0) throw new Error('"Distinct" takes a list')
    return Array.isArray(list) ? distinct(list as Value[]) : null
  }),
  FlattenDistinct: helper(anything, (...values: Value[]) => distinct(flatten(values))),
})

/** Each value once, in the order of its first appearance; lists and maps cannot be told apart. */
function distinct(values: readonly Value[]): Value[] {
  return [...new Set(values.map((value) => (value === null ? value : groupKey(value, here))))]
}

/** All that is in lists, however deep, without recursion. */
function flatten(values: readonly Value[]): Value[] {
  const flat: Value[] = []
  const open: { list: readonly Value[]; at: number }[] = [{ list: values, at: 0 }]
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.at >= top.list.length) {
      open.pop()
      continue
    }
    const value = top.list[top.at++] ?? null
    if (Array.isArray(value)) open.push({ list: value as Value[], at: 0 })
    else flat.push(value)
    if (flat.length > maxTextLength) throw new Error('the list is too long')
  }
  return flat
}
