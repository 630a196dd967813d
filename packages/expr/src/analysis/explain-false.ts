import { CompiledProgram, type Program, type Scope } from '../program.ts'
import type { LetNode, Node } from '../syntax/ast.ts'
import type { Value } from '../value.ts'
import { chainOf } from './chain.ts'

/** A part of a program and what it gave. */
export interface Reason {
  /** The part's own text. */
  readonly source: string
  readonly value: Value | Error
}

/** Reasons of one program: a chain of thousands of alternatives explains nothing any more. */
const maxReasons = 50

/**
 * The smallest parts that made a bool program false (or fail) for a scope: the first operand of `&&` that was not
 * true, every operand of `||`, the operand of `not`, the branch that was taken. Empty where the program is true; at
 * most 50. Evaluates parts again, so that it costs more than a run.
 */
export function explainFalse(program: Program, scope: Scope): readonly Reason[] {
  if (!(program instanceof CompiledProgram)) return []
  return new Explanation(program, scope).whyNot({ node: program.tree, lets: [] }, true).slice(0, maxReasons)
}

/** A part of a tree with the variables that are declared around it, outermost first. */
interface Part {
  readonly node: Node
  readonly lets: readonly LetNode[]
}

/** Parts that were compiled before: the same filters are explained for event after event. */
const compiledParts = new WeakMap<Node, CompiledProgram>()

class Explanation {
  readonly #program: CompiledProgram
  readonly #scope: Scope

  constructor(program: CompiledProgram, scope: Scope) {
    this.#program = program
    this.#scope = scope
  }

  /** Why a part did not give what is wanted; nothing where it did. */
  whyNot(part: Part, wanted: boolean): Reason[] {
    const value = this.#evaluate(part)
    return value === wanted ? [] : this.#reasons(part, value)
  }

  /** The smallest parts that made a part what it is: not what was wanted of it. */
  #reasons(part: Part, value: Value | Error): Reason[] {
    const found = this.#ofOperands(part, value)
    return found.length > 0 ? found : [this.#reason(part.node, value)]
  }

  #ofOperands({ node, lets }: Part, value: Value | Error): Reason[] {
    const within = (inner: Node): Part => ({ node: inner, lets })
    switch (node.type) {
      case 'let':
        return this.#reasons({ node: node.body, lets: [...lets, node] }, value)
      case 'conditional':
        return this.#ofConditional(
          within(node.condition),
          within(node.whenTrue),
          within(node.whenFalse),
          value,
        )
      case 'unary':
        return node.operator === 'not' ? this.#ofNot(within(node.operand), value) : []
      case 'binary':
        if (node.operator !== '&&' && node.operator !== '||') return []
        return this.#ofChain(chainOf(node, node.operator).map(within), node.operator === '||', value)
      default:
        return []
    }
  }

  #ofNot(operand: Part, value: Value | Error): Reason[] {
    return typeof value === 'boolean'
      ? this.whyNot(operand, value)
      : this.#reasons(operand, this.#evaluate(operand))
  }

  #ofConditional(condition: Part, whenTrue: Part, whenFalse: Part, value: Value | Error): Reason[] {
    const chosen = this.#evaluate(condition)
    if (typeof chosen !== 'boolean') return this.#reasons(condition, chosen)
    return [this.#reason(condition.node, chosen), ...this.#reasons(chosen ? whenTrue : whenFalse, value)]
  }

  /** The operand that settled a chain or failed; all of them where none did. */
  #ofChain(operands: readonly Part[], settling: boolean, value: Value | Error): Reason[] {
    if (value === !settling) {
      return operands.slice(0, maxReasons).flatMap((operand) => this.whyNot(operand, settling))
    }
    for (const operand of operands) {
      const given = this.#evaluate(operand)
      if (given !== !settling) return this.#reasons(operand, given)
    }
    return []
  }

  #reason(node: Node, value: Value | Error): Reason {
    return { source: this.#program.source.slice(node.from, node.to).trim(), value }
  }

  #evaluate({ node, lets }: Part): Value | Error {
    try {
      return this.#compiled(node, lets).run(this.#scope)
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #compiled(node: Node, lets: readonly LetNode[]): CompiledProgram {
    const known = compiledParts.get(node)
    if (known) return known
    const { source, env } = this.#program
    const tree = lets.reduceRight<Node>((body, declaration) => ({ ...declaration, body }), node)
    const compiled = new CompiledProgram(source, tree, env, node.nature)
    compiledParts.set(node, compiled)
    return compiled
  }
}
