import type { Node } from '../syntax/ast.ts'

/** Simplifies a checked tree. */
export function optimize(tree: Node): Node {
  return tree
}
