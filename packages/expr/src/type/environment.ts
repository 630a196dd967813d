import { builtins } from '../builtin/index.ts'
import type { Value } from '../value.ts'
import type { FuncType, Type } from './type.ts'

/** A function that a host lends to expressions, as opposed to a variable that holds one. */
export interface HelperFunction {
  /** At least one; the first that fits the arguments is taken. */
  readonly overloads: readonly FuncType[]
  readonly call: (...args: never[]) => Value
  /** Whether it gives a text, the same for the same arguments, and does nothing else. */
  readonly pure?: boolean
  /** Set where calls are refused when an expression is compiled: the code, the reason and what to do about it. */
  readonly refused?: { readonly code: string; readonly reason: string; readonly hint?: string }
}

/** The names that an expression may use and their types. Built once, used by every expression. */
export interface Environment {
  readonly variables: ReadonlyMap<string, Type>
  readonly functions: ReadonlyMap<string, HelperFunction>
  isDeclared(name: string): boolean
  isBuiltin(name: string): boolean
}

/** An environment of variables, whose values come with each run, and of helper functions. */
export function createEnvironment(spec: {
  variables: Record<string, Type>
  functions?: Record<string, HelperFunction>
}): Environment {
  const variables = new Map(Object.entries(spec.variables))
  const functions = new Map(Object.entries(spec.functions ?? {}))
  return {
    variables,
    functions,
    isDeclared: (name) => variables.has(name) || functions.has(name),
    isBuiltin: (name) => builtins.has(name),
  }
}
