import { bitBuiltins } from './bits.ts'
import type { Builtin } from './builtin.ts'
import { encodingBuiltins } from './encoding.ts'
import { listBuiltins } from './list.ts'
import { mathBuiltins } from './math.ts'
import { textBuiltins } from './text.ts'
import { timeBuiltins } from './time.ts'

const withPredicate = [
  'all',
  'none',
  'any',
  'one',
  'filter',
  'map',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'count',
  'sum',
  'groupBy',
  'sortBy',
  'reduce',
]

/** Every function of the language by its name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [
    ...withPredicate.map((name): Builtin => ({ name })),
    ...textBuiltins,
    ...mathBuiltins,
    ...bitBuiltins,
    ...listBuiltins,
    ...timeBuiltins,
    ...encodingBuiltins,
  ].map((builtin) => [builtin.name, builtin]),
)
