import { Refusal } from '../error.ts'
import { floatPower } from '../go/power.ts'
import { type BinaryNode, leftSpine, type Node, type UnaryNode } from '../syntax/ast.ts'
import { isSameType } from '../type/relation.ts'
import { types } from '../type/type.ts'
import { simplifyBuiltin, simplifyMember } from './simplify.ts'

/**
 * Simplifies a checked tree as the original does: what it folds, drops or fuses decides which mistakes show while
 * running. Throws a Refusal for a division of literals by zero.
 */
export function optimize(tree: Node): Node {
  return rewrite(tree)
}

function rewrite(node: Node): Node {
  switch (node.type) {
    case 'string':
    case 'identifier':
    case 'pointer':
    case 'integer':
      return node
    case 'binary':
      return node.left.type === 'binary' ? rewriteSpine(node) : rewriteLink(node, rewrite(node.left))
    case 'unary':
      node.operand = rewrite(node.operand)
      return foldUnary(node)
    case 'member':
      node.object = rewrite(node.object)
      node.property = rewrite(node.property)
      return simplifyMember(node)
    case 'builtin':
      node.args = node.args.map(rewrite)
      return simplifyBuiltin(node)
    default:
      rewriteChildren(node)
      return node
  }
}

function rewriteChildren(node: Exclude<Node, BinaryNode | UnaryNode>): void {
  switch (node.type) {
    case 'chain':
      node.node = rewrite(node.node)
      return
    case 'slice':
      node.object = rewrite(node.object)
      node.start &&= rewrite(node.start)
      node.end &&= rewrite(node.end)
      return
    case 'call':
      node.callee = rewrite(node.callee)
      node.args = node.args.map(rewrite)
      return
    case 'predicate':
      node.body = rewrite(node.body)
      return
    case 'let':
      node.value = rewrite(node.value)
      node.body = rewrite(node.body)
      return
    case 'sequence':
    case 'array':
      node.nodes = node.nodes.map(rewrite)
      return
    case 'conditional':
      node.condition = rewrite(node.condition)
      node.whenTrue = rewrite(node.whenTrue)
      node.whenFalse = rewrite(node.whenFalse)
      return
    case 'map':
      node.pairs = node.pairs.map(({ key, value }) => ({ key: rewrite(key), value: rewrite(value) }))
      return
    default:
  }
}

function rewriteSpine(top: BinaryNode): Node {
  const spine = leftSpine(top).reverse()
  let left = rewrite(spine[0]?.left ?? top.left)
  for (const link of spine) left = rewriteLink(link, left)
  return left
}

function rewriteLink(link: BinaryNode, left: Node): Node {
  link.left = left
  link.right = rewrite(link.right)
  return fuseSearches(foldBinary(link))
}

function placed({ at, from, to }: Node) {
  return { at, from, to, depth: 0, size: 1 }
}

const makeInteger = (value: bigint, from: Node): Node => ({
  ...placed(from),
  type: 'integer',
  value: BigInt.asIntN(64, value),
  nature: types.int,
})
const makeFloat = (value: number, from: Node): Node => ({
  ...placed(from),
  type: 'float',
  value,
  nature: types.float,
})
const makeBool = (value: boolean, from: Node): Node => ({
  ...placed(from),
  type: 'bool',
  value,
  nature: types.bool,
})
const makeString = (value: string, from: Node): Node => ({
  ...placed(from),
  type: 'string',
  value,
  nature: types.string,
})

function foldUnary(node: UnaryNode): Node {
  const { operator, operand } = node
  if (operator === 'not') return operand.type === 'bool' ? makeBool(!operand.value, node) : node
  const sign = operator === '-' ? -1 : 1
  if (operand.type === 'integer') return makeInteger(operand.value * BigInt(sign), node)
  if (operand.type === 'float') return makeFloat(sign * operand.value, node)
  return node
}

function foldBinary(node: BinaryNode): Node {
  const { operator, left, right } = node
  if (operator === '&&' || operator === '||') return foldLogic(node, operator === '&&')
  if (operator === '==') {
    const alike =
      left.type === right.type && (left.type === 'integer' || left.type === 'string' || left.type === 'bool')
    return alike ? makeBool(left.value === (right as typeof left).value, node) : node
  }
  if (operator === '+' && left.type === 'string' && right.type === 'string') {
    return makeString(left.value + right.value, node)
  }
  return foldArithmetic(node)
}

/** `true && x` is x and `x && false` is false, whatever x does. */
function foldLogic(node: BinaryNode, isAnd: boolean): Node {
  const { left, right } = node
  if (left.type !== 'bool' && right.type !== 'bool') return node
  if (left.type === 'bool' && left.value === isAnd) return right
  if (right.type === 'bool' && right.value === isAnd) return left
  const decided = [left, right].some((side) => side.type === 'bool' && side.value !== isAnd)
  return decided ? makeBool(!isAnd, node) : node
}

function foldArithmetic(node: BinaryNode): Node {
  const { operator, left, right } = node
  if (left.type !== 'integer' && left.type !== 'float') return node
  if (right.type !== 'integer' && right.type !== 'float') return node
  if (left.type === 'integer' && right.type === 'integer') {
    const folded = foldIntegers(node, operator, left.value, right.value)
    if (folded !== undefined) return makeInteger(folded, node)
  }
  if (operator === '%') return node
  const [a, b] = [left, right].map((side) => Number('value' in side ? side.value : 0)) as [number, number]
  const folded = foldFloats(operator, a, b)
  return folded === undefined ? node : makeFloat(folded, node)
}

function foldIntegers(node: Node, operator: string, a: bigint, b: bigint): bigint | undefined {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  if (operator !== '%') return undefined
  if (b === 0n) throw new Refusal('EXPR_DIVISION', node.at, 'division by zero')
  return a % b
}

function foldFloats(operator: string, a: number, b: number): number | undefined {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  if (operator === '/') return a / b
  return operator === '**' ? floatPower(a, b) : undefined
}

const fusible: Record<string, string> = { 'all&&': '&&', 'any||': '||', 'none&&': '||' }

/** `any(x, p) || any(x, q)` is one search, `any(x, p || q)`; likewise all and none. */
function fuseSearches(node: Node): Node {
  if (node.type !== 'binary') return node
  const { left, right, operator } = node
  if (left.type !== 'builtin' || right.type !== 'builtin' || left.name !== right.name) return node
  const combined = fusible[left.name + operator]
  const [list, first] = left.args
  const [other, second] = right.args
  if (combined === undefined || first?.type !== 'predicate' || second?.type !== 'predicate') return node
  if (!list || !other || !isSameTree(list, other) || !isSameType(list.nature, other.nature)) return node
  const body = { ...node, operator: combined, left: first.body, right: second.body, nature: types.bool }
  return { ...left, at: node.at, args: [list, { ...first, body: fuseSearches(body) }] }
}

/** Whether two trees say the same. */
export function isSameTree(a: Node, b: Node): boolean {
  return treeKey(a) === treeKey(b)
}

/** The same text for trees that say the same. */
export function treeKey(node: Node): string {
  return JSON.stringify(node, skeleton)
}

const placeKeys = new Set(['at', 'from', 'to', 'nature', 'depth', 'size', 'regex'])

function skeleton(key: string, value: unknown): unknown {
  if (placeKeys.has(key)) return undefined
  return typeof value === 'bigint' ? `${value}n` : value
}
