import type { BinaryNode, Node } from '../syntax/ast.ts'
import { chainOf } from './chain.ts'

/**
 * Whether a condition gives true or false whatever the event, as far as its types tell. False where that is not
 * certain.
 */
export function cannotFail(node: Node): boolean {
  if (node.type === 'bool') return true
  if (node.type === 'unary') return node.operator === 'not' && cannotFail(node.operand)
  if (node.type === 'binary') return isSafeOperation(node)
  return node.nature.kind === 'bool' && pathOf(node) !== null
}

const onTexts = new Set(['==', '!=', 'startsWith', 'endsWith', 'contains'])

function isSafeOperation(node: BinaryNode): boolean {
  const { operator, left, right } = node
  if (operator === '&&' || operator === '||') return chainOf(node, operator).every(cannotFail)
  if (!isSafeText(left)) return false
  if (operator === 'in') return right.type === 'array' && right.nodes.every(isSafeText)
  if (operator === 'matches') return right.type === 'string'
  return onTexts.has(operator) && isSafeText(right)
}

/** A literal text, or a path to one. */
function isSafeText(node: Node): boolean {
  return node.type === 'string' || (node.nature.kind === 'string' && pathOf(node) !== null)
}

/** `a.b.c` of plain members that are certain to be there; null for anything else. */
export function pathOf(node: Node): string | null {
  if (node.type === 'identifier') return node.name
  if (node.type !== 'member' || node.optional || node.property.type !== 'string') return null
  const { object } = node
  const name = node.property.value
  // A dot inside a name would make the path mean something else.
  if (!isThere(object) || name.includes('.')) return null
  const path = pathOf(object)
  return path === null ? null : `${path}.${name}`
}

/** Whether an object is there for certain: a map's entry need not be. */
function isThere(node: Node): boolean {
  const { nature } = node
  if (node.type === 'member' && node.object.nature.kind === 'map') return false
  return nature.kind === 'struct' ? !nature.pointer : nature.kind === 'map'
}
