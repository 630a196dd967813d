import { chainOf } from './constant-tests.ts'
import { CompiledProgram, type Program, type Scope } from '../program.ts'
import type { Node } from '../syntax/ast.ts'
import type { Value } from '../value.ts'

/** A part of a program and what it gave. */
export interface Reason {
  /** The part's own text. */
  readonly source: string
  readonly value: Value | Error
}

/**
 * The smallest parts that made a bool program false (or fail) for a scope: the first operand of `&&` that was not
 * true, every operand of `||`, the operand of `not`. Empty where the program is true. Evaluates parts again.
 */
export function explainFalse(program: Program, scope: Scope): readonly Reason[] {
  if (!(program instanceof CompiledProgram)) return []
  return new Explanation(program, scope).whyNot(program.tree, false)
}

class Explanation {
  readonly #program: CompiledProgram
  readonly #scope: Scope

  constructor(program: CompiledProgram, scope: Scope) {
    this.#program = program
    this.#scope = scope
  }

  /** Why a part gave `result`, or nothing where it did not. */
  whyNot(node: Node, result: boolean): Reason[] {
    const value = this.#evaluate(node)
    if (value === !result) return []
    if (value !== result || node.type === 'unary' || node.type === 'binary') return this.#parts(node, value)
    return [this.#reason(node, value)]
  }

  #parts(node: Node, value: Value | Error): Reason[] {
    if (node.type === 'unary' && node.operator === 'not' && typeof value === 'boolean') {
      return this.whyNot(node.operand, !value)
    }
    if (node.type === 'binary' && (node.operator === '&&' || node.operator === '||')) {
      const reasons = this.#ofChain(node, node.operator, value)
      if (reasons.length > 0) return reasons
    }
    return [this.#reason(node, value)]
  }

  #ofChain(node: Node, operator: '&&' | '||', value: Value | Error): Reason[] {
    const operands = chainOf(node, operator)
    // The operand that settles the chain: false for `&&`, true for `||`; otherwise all of them count.
    const settling = operator === '||'
    if (value !== settling && !(value instanceof Error))
      return operands.flatMap((operand) => this.whyNot(operand, !settling))
    for (const operand of operands) {
      const given = this.#evaluate(operand)
      if (given === !settling) continue
      return given === settling ? this.whyNot(operand, settling) : this.#parts(operand, given)
    }
    return []
  }

  #reason(node: Node, value: Value | Error): Reason {
    return { source: this.#program.source.slice(node.from, node.to).trim(), value }
  }

  #evaluate(node: Node): Value | Error {
    const { source, env } = this.#program
    try {
      return new CompiledProgram(source, node, env, node.nature).run(this.#scope)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}
