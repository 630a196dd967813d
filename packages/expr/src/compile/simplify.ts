import { maxDepth } from '../limits.ts'
import type { BuiltinNode, MemberNode, Node } from '../syntax/ast.ts'
import { constantList } from './literal.ts'

/** `filter(x, p)[0]` looks no further than the first, `filter(x, p)[-1]` no further back than the last. */
export function simplifyMember(node: MemberNode): Node {
  const { object, property, optional } = node
  if (optional || property.type !== 'integer' || !isFilter(object)) return node
  if (property.value !== 0n && property.value !== -1n) return node
  const name = property.value === 0n ? 'find' : 'findLast'
  return { ...object, name, throws: true, at: node.at, from: node.from, to: node.to, nature: node.nature }
}

function isFilter(node: Node): node is BuiltinNode {
  return node.type === 'builtin' && node.name === 'filter' && node.args.length === 2
}

/** `first(filter(x, p))` is `find(x, p)`, `sum([a, b])` is `a + b`, and the like. */
export function simplifyBuiltin(node: BuiltinNode): Node {
  const [only] = node.args
  if (!only || node.args.length !== 1) return node
  if (isFilter(only)) {
    const { at, from, to, nature } = node
    if (node.name === 'first') return { ...only, name: 'find', throws: false, at, from, to, nature }
    if (node.name === 'last') return { ...only, name: 'findLast', throws: false, at, from, to, nature }
    return node
  }
  const isSum =
    node.name === 'sum' && only.type === 'array' && only.nodes.length > 1 && only.nodes.length < maxDepth
  // A list of literals is one constant, which is summed up as any list is.
  return isSum && !constantList(only.nodes) ? sumOf(node, only.nodes) : node
}

/** a + (b + (c + ...)), as the original adds them. */
function sumOf(node: BuiltinNode, parts: readonly Node[]): Node {
  const { at, from, to, depth, size, nature } = node
  return parts.reduceRight((right, left) => ({
    type: 'binary',
    operator: '+',
    left,
    right,
    at,
    from,
    to,
    depth,
    size,
    nature,
  }))
}
