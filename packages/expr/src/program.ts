import { check } from './check/checker.ts'
import { Emitter } from './compile/emitter.ts'
import { findLimits } from './compile/limits.ts'
import { findRepeats } from './compile/settled.ts'
import { optimize } from './compile/optimize.ts'
import { valueOf } from './compile/code.ts'
import { Refusal, runtimeError } from './error.ts'
import { runtime } from './runtime/index.ts'
import { startRun } from './runtime/memory.ts'
import { sharedProgramCount, sharedSourceLength } from './limits.ts'
import type { Node } from './syntax/ast.ts'
import { parse } from './syntax/parser.ts'
import type { Environment } from './type/environment.ts'
import { describeType, isOpen } from './type/relation.ts'
import type { Type } from './type/type.ts'
import type { Value } from './value.ts'

/** The values of the environment's variables for one run, by name. */
export type Scope = Readonly<Record<string, Value>>

/** A compiled expression. */
export interface Program {
  readonly source: string
  /** What the result is as far as it is known; `any` where only a run can tell. */
  readonly resultType: Type
  /** Evaluates it. Throws an ExprRuntimeError that names the place. */
  run(scope: Scope): Value
}

export interface CompileOptions {
  /** What the result has to be: an expression of another type is refused, one of type any is not. */
  readonly expect?: 'bool' | 'string' | 'any'
}

type Compiled = (scope: Scope) => Value

/** A program with its tree, for the parts of this package that look into it. */
export class CompiledProgram implements Program {
  readonly source: string
  readonly resultType: Type
  readonly tree: Node
  readonly env: Environment
  #run: Compiled | undefined

  constructor(source: string, tree: Node, env: Environment, resultType: Type) {
    this.source = source
    this.tree = tree
    this.env = env
    this.resultType = resultType
  }

  run(scope: Scope): Value {
    // Most programs of a large installation never meet an event: their code is made at the first run.
    this.#run ??= build(this.source, this.tree, this.env)
    return this.#run(scope)
  }
}

/**
 * Checks an expression against an environment and makes a program of it. Throws an ExprError with the place, an
 * excerpt and, where there is one, a hint; codes begin with EXPR_.
 */
export function compileExpr(source: string, env: Environment, options: CompileOptions = {}): Program {
  try {
    const program = compileOnce(source, env)
    const { expect = 'any' } = options
    const type = program.resultType
    if (expect !== 'any' && !isOpen(type) && type.kind !== expect) {
      throw new Refusal('EXPR_TYPE', program.tree.from, `it must give a ${expect}, not ${describeType(type)}`)
    }
    return program
  } catch (error) {
    throw error instanceof Refusal ? error.bind(source) : error
  }
}

const sharedPrograms = new WeakMap<Environment, Map<string, CompiledProgram>>()

/** Half of the expressions of a large installation are the same as another: they share a program, which has no state. */
function compileOnce(source: string, env: Environment): CompiledProgram {
  let shared = sharedPrograms.get(env)
  if (!shared) sharedPrograms.set(env, (shared = new Map()))
  const known = shared.get(source)
  if (known) return known
  const tree = parse(source, env)
  const type = check(tree, env)
  const program = new CompiledProgram(source, optimize(tree), env, type)
  if (source.length <= sharedSourceLength && shared.size < sharedProgramCount) shared.set(source, program)
  return program
}

/** JavaScript of a tree and the constants that it names. Exported for tests, which look at the code. */
export function generate(tree: Node, env: Environment): { js: string; constants: unknown[] } {
  const emitter = new Emitter(env, findLimits(tree), findRepeats(tree, env))
  const result = valueOf(emitter.emit(tree))
  const { sheet } = emitter
  const names = [...sheet.runtime]
  const declarations = [
    names.length > 0 ? `const {${names.join()}}=r;` : '',
    ...sheet.constants.map((_, index) => `const k${index}=k[${index}];`),
  ].join('')
  const locals = ['p=0', ...sheet.temporaries].join()
  const begin = sheet.counts ? 'b();' : ''
  const js = `"use strict";${declarations}return (s=>{${begin}let ${locals};try{return ${result}}catch(e){throw f(e,p)}})`
  return { js, constants: sheet.constants }
}

function build(source: string, tree: Node, env: Environment): Compiled {
  const { js, constants } = generate(tree, env)
  // The one place where code is made of text: the text is the emitter's own, with every literal escaped and every
  // name resolved.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  const factory = new Function('r', 'k', 'f', 'b', js) as (
    functions: typeof runtime,
    constants: readonly unknown[],
    fail: (error: unknown, at: number) => Error,
    begin: () => void,
  ) => Compiled
  return factory(runtime, constants, (error, at) => runtimeError(source, error, at), startRun)
}
