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
  /** Whether it never fails for arguments of its types and changes nothing. */
  readonly total?: boolean
  /**
   * A function that answers as `call` does, where arguments are these texts (undefined for those that are not the same
   * in every run) and may do so faster; undefined where there is none.
   */
  readonly prepare?: (args: readonly (string | undefined)[]) => HelperFunction['call'] | undefined
  /**
   * Of a test of two texts: one of the first alone, true where the helper is for it and one of a list of second ones,
   * whatever their order.
   */
  readonly search?: (seconds: readonly string[]) => (first: string) => boolean
  /** What is known of its texts without calling it. */
  readonly texts?: TextKnowledge
  /** Set where calls are refused when an expression is compiled: the code, the reason and what to do about it. */
  readonly refused?: { readonly code: string; readonly reason: string; readonly hint?: string }
}

/** What analysis may know of a helper's texts. Upper and lower case are the same here. */
export interface TextKnowledge {
  /**
   * Texts of which the first argument contains one wherever the text that is given contains this one; `itself` where
   * that is the text itself.
   */
  readonly origins?: 'itself' | ((text: string) => readonly string[])
  /**
   * What an argument must contain for true, or a text that is not empty, to be given; null where that is not known.
   * Arguments that are no constants are undefined.
   */
  readonly needs?: (args: readonly (string | undefined)[]) => TextNeed | null
  /** The list of texts that is given for constants from now on; undefined where that is not settled. */
  readonly list?: (args: readonly string[]) => readonly string[] | undefined
}

/** Texts of which an argument, by its place, must contain one. */
export interface TextNeed {
  readonly argument: number
  readonly texts: readonly string[]
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
