import type { Node } from '../syntax/ast.ts'

/** The operands of a chain of one operator, from left to right. Chains may be thousands long. */
export function chainOf(tree: Node, operator: '&&' | '||'): Node[] {
  const parts: Node[] = []
  const rest = [tree]
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.type === 'binary' && node.operator === operator) rest.push(node.right, node.left)
    else parts.push(node)
  }
  return parts
}
