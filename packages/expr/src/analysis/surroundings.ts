import type { CompiledProgram } from '../program.ts'
import type { Node } from '../syntax/ast.ts'
import type { Environment } from '../type/environment.ts'
import type { Type } from '../type/type.ts'

/** What the names in a part of a tree stand for. */
export interface Surroundings {
  readonly env: Environment
  /** The values of the variables that are declared around it. */
  readonly lets: ReadonlyMap<string, Node>
  /** Inside a predicate: the element that is looked at. */
  readonly element?: string
  /** Or what is certain of whatever element is looked at. */
  readonly elementType?: Type
}

/** The surroundings of a whole program. */
export function surroundingsOf({ env }: CompiledProgram): Surroundings {
  return { env, lets: new Map() }
}

/** The surroundings of the body of a `let`. */
export function withLet(around: Surroundings, name: string, value: Node): Surroundings {
  return { ...around, lets: new Map([...around.lets, [name, value]]) }
}

/** What a name stands for that `let` declared, the node itself for all others. */
export function resolve(node: Node, { lets }: Surroundings): Node {
  let resolved = node
  while (resolved.type === 'identifier') {
    const value = lets.get(resolved.name)
    if (!value) break
    resolved = value
  }
  return resolved
}
