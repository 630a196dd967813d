import type { FuncType, Type } from '../type/type.ts'
import type { Value } from '../value.ts'

/**
 * A function of the language itself. `overloads` or `check` says what it takes; those that take a predicate have
 * neither and are compiled in place.
 */
export interface Builtin {
  readonly name: string
  readonly overloads?: readonly FuncType[]
  /** Gives the result's type for arguments' types. Throws an ArgumentError. */
  readonly check?: (args: readonly Type[]) => Type
  readonly call?: (...args: Value[]) => Value
}

/** Arguments that a builtin does not take, while checking or while running. */
export class ArgumentError extends Error {}

/** Refuses a number of arguments that is not the one wanted. */
export function expectCount(args: readonly unknown[], wanted: number): void {
  if (args.length !== wanted) {
    throw new ArgumentError(`it takes ${wanted} argument${wanted === 1 ? '' : 's'}, not ${args.length}`)
  }
}
