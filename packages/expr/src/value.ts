import type { Duration } from './go/duration.ts'
import type { Time } from './go/time.ts'

/**
 * A value of the language at run time: nil is null, an integer a bigint (64 bits), a float a number, a list an
 * array, a map a Map, bytes a Uint8Array. Objects of a StructType, times and durations are their own classes.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | Uint8Array
  | Time
  | Duration
  | ValueFunction
  | object

// Functions of the language take checked arguments: their own parameter types are narrower than Value.
export type ValueFunction = (...args: never[]) => Value
