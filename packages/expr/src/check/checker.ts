import { nearestName } from '@tocsin/model'
import { builtins } from '../builtin/index.ts'
import { Refusal } from '../error.ts'
import { leftSpine, type BinaryNode, type LetNode, type Node, type PointerNode } from '../syntax/ast.ts'
import type { Environment } from '../type/environment.ts'
import {
  dereferenced,
  describeType,
  elementOf,
  isArray,
  isAssignable,
  isNumber,
  isOpen,
  shapeOf,
} from '../type/relation.ts'
import { anyArray, anyMap, looseArray, types, type Type, unknown } from '../type/type.ts'
import { checkBuiltin } from './builtin.ts'
import { checkCall } from './call.ts'
import { checkMember, checkSlice } from './member.ts'
import { binaryType } from './operator.ts'

/** What `#`, `#index` and `#acc` mean inside a predicate. */
export interface PredicateScope {
  readonly collection: Type
  readonly pointers: ReadonlyMap<string, Type>
}

/** Finds the type of every node, and refuses what cannot work. Throws a Refusal at the first. */
export class Checker {
  readonly env: Environment
  readonly #predicates: PredicateScope[] = []
  readonly #locals: { name: string; type: Type }[] = []

  constructor(env: Environment) {
    this.env = env
  }

  visit(node: Node): Type {
    const type = node.type === 'binary' ? this.#binary(node) : this.#typeOf(node)
    node.nature = type
    return type
  }

  /** Runs a check with the meaning that `#` has for elements of a collection. */
  within<T>(scope: PredicateScope, check: () => T): T {
    this.#predicates.push(scope)
    const result = check()
    this.#predicates.pop()
    return result
  }

  #typeOf(node: Exclude<Node, BinaryNode>): Type {
    switch (node.type) {
      case 'nil':
        return types.nil
      case 'bool':
        return types.bool
      case 'integer':
        return types.int
      case 'float':
        return types.float
      case 'string':
        return types.string
      case 'bytes':
        return types.bytes
      case 'identifier':
        return this.#identifier(node.name, node.at)
      case 'unary':
        return this.#unary(node.operator, this.visit(node.operand), node.at)
      case 'chain':
        return this.visit(node.node)
      case 'member':
        return checkMember(this, node)
      case 'slice':
        return checkSlice(this, node)
      case 'call':
        return checkCall(this, node)
      case 'builtin':
        return checkBuiltin(this, node)
      case 'predicate':
        return this.visit(node.body)
      case 'pointer':
        return this.#pointer(node)
      case 'let':
        return this.#let(node)
      case 'sequence':
        return node.nodes.map((child) => this.visit(child)).at(-1) ?? types.nil
      case 'conditional':
        return this.#conditional(node.condition, node.whenTrue, node.whenFalse)
      case 'array':
        return this.#array(node.nodes)
      case 'map':
        for (const { key, value } of node.pairs) {
          this.visit(key)
          this.visit(value)
        }
        return anyMap
    }
  }

  #binary(node: BinaryNode): Type {
    const spine = leftSpine(node).reverse()
    let left = this.visit(spine[0]?.left ?? node.left)
    for (const link of spine) {
      const right = this.visit(link.right)
      left = binaryType(link, dereferenced(left), dereferenced(right))
      link.nature = left
    }
    return left
  }

  /** The type of a variable, helper or builtin; `at` is where an unknown name is refused. */
  #identifier(name: string, at: number): Type {
    const local = this.#locals.findLast((candidate) => candidate.name === name)
    if (local) return local.type
    if (name === '$env') return unknown
    const variable = this.env.variables.get(name)
    if (variable) return variable
    const overloads = this.env.functions.get(name)?.overloads ?? builtins.get(name)?.overloads
    if (overloads?.[0]) return overloads[0]
    if (builtins.has(name)) return types.func([types.any], types.any, { variadic: true })
    throw this.unknownName(name, at)
  }

  unknownName(name: string, at: number): Refusal {
    const known = [
      ...this.#locals.map((local) => local.name),
      ...this.env.variables.keys(),
      ...this.env.functions.keys(),
      ...builtins.keys(),
    ]
    const near = nearestName(name, known)
    return new Refusal('EXPR_UNKNOWN_NAME', at, `unknown name "${name}"`, near && `did you mean "${near}"?`)
  }

  #unary(operator: 'not' | '-' | '+', operand: Type, at: number): Type {
    const type = dereferenced(operand)
    if (operator === 'not') {
      if (type.kind === 'bool' || isOpen(type)) return types.bool
    } else if (isNumber(type)) return type
    else if (isOpen(type)) return unknown
    throw new Refusal('EXPR_TYPE', at, `"${operator}" does not work on ${describeType(type)}`)
  }

  #pointer({ name, at }: PointerNode): Type {
    const scope = this.#predicates.at(-1)
    if (!scope) throw new Refusal('EXPR_SYNTAX', at, '"#" stands for an element, and this is no predicate')
    if (name === '') return isOpen(scope.collection) ? unknown : elementOf(scope.collection)
    const type = scope.pointers.get(name)
    if (type) return type
    const near = nearestName(name, scope.pointers.keys())
    throw new Refusal(
      'EXPR_UNKNOWN_NAME',
      at,
      `unknown pointer "#${name}"`,
      near && `did you mean "#${near}"?`,
    )
  }

  #let(node: LetNode): Type {
    const { name, at } = node
    const taken =
      this.env.isDeclared(name) || builtins.has(name) || this.#locals.some((local) => local.name === name)
    if (taken)
      throw new Refusal('EXPR_REDECLARED', at, `"${name}" means something already`, 'take another name')
    const type = this.visit(node.value)
    this.#locals.push({ name, type })
    const result = this.visit(node.body)
    this.#locals.pop()
    return result
  }

  #conditional(condition: Node, whenTrue: Node, whenFalse: Node): Type {
    const test = dereferenced(this.visit(condition))
    if (test.kind !== 'bool' && !isOpen(test)) {
      throw new Refusal('EXPR_TYPE', condition.at, `a condition must be bool, not ${describeType(test)}`)
    }
    const a = this.visit(whenTrue)
    const b = this.visit(whenFalse)
    if (a.kind === 'nil') return b
    if (b.kind === 'nil') return a
    if (!isAssignable(a, b)) return unknown
    if (!isArray(a) || !isArray(b)) return a
    const [x, y] = [elementOf(a), elementOf(b)]
    return isAssignable(x, y) && isAssignable(y, x) ? a : anyArray
  }

  #array(nodes: readonly Node[]): Type {
    let last: Type = unknown
    let alike = true
    for (const [index, node] of nodes.entries()) {
      const type = this.visit(node)
      if (index > 0 && shapeOf(type) !== shapeOf(last)) alike = false
      last = type
    }
    return alike ? looseArray(last) : anyArray
  }
}

/** Checks a tree and gives the type of its result. */
export function check(node: Node, env: Environment): Type {
  return new Checker(env).visit(node)
}
