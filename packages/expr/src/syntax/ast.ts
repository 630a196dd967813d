import type { Regex } from '@tocsin/regex'
import type { Type } from '../type/type.ts'

interface Common {
  /** UTF-16 offset that errors about this node point at. */
  at: number
  /** Where its text begins and ends, for showing it. */
  from: number
  to: number
  /** How many nodes nest below it, not counting down the left operands of operators. */
  depth: number
  /** How many nodes it is made of, itself included. */
  size: number
  /** Set by the checker. */
  nature: Type
}

export interface NilNode extends Common {
  type: 'nil'
}
export interface BoolNode extends Common {
  type: 'bool'
  value: boolean
}
export interface IntegerNode extends Common {
  type: 'integer'
  value: bigint
}
export interface FloatNode extends Common {
  type: 'float'
  value: number
}
export interface StringNode extends Common {
  type: 'string'
  value: string
}
export interface BytesNode extends Common {
  type: 'bytes'
  value: string
}
export interface IdentifierNode extends Common {
  type: 'identifier'
  name: string
}
export interface UnaryNode extends Common {
  type: 'unary'
  operator: '-' | '+' | 'not'
  operand: Node
}
export interface BinaryNode extends Common {
  type: 'binary'
  operator: string
  left: Node
  right: Node
  /** The compiled pattern of `matches` with a literal one. Set by the checker. */
  regex?: Regex
}
/** The border of `?.`: nil found inside makes the whole chain nil. */
export interface ChainNode extends Common {
  type: 'chain'
  node: Node
}
export interface MemberNode extends Common {
  type: 'member'
  object: Node
  property: Node
  optional: boolean
  /** Whether it is called at once. */
  method: boolean
}
export interface SliceNode extends Common {
  type: 'slice'
  object: Node
  start: Node | null
  end: Node | null
}
export interface CallNode extends Common {
  type: 'call'
  callee: Node
  args: Node[]
}
export interface BuiltinNode extends Common {
  type: 'builtin'
  name: string
  args: Node[]
  /** Of find and findLast that stand for an index: an error where nothing is found. */
  throws: boolean
}
export interface PredicateNode extends Common {
  type: 'predicate'
  body: Node
}
export interface PointerNode extends Common {
  type: 'pointer'
  /** '' for the element, else `index` or `acc`. */
  name: string
}
export interface LetNode extends Common {
  type: 'let'
  name: string
  value: Node
  body: Node
}
export interface SequenceNode extends Common {
  type: 'sequence'
  nodes: Node[]
}
export interface ConditionalNode extends Common {
  type: 'conditional'
  condition: Node
  whenTrue: Node
  whenFalse: Node
}
export interface ArrayNode extends Common {
  type: 'array'
  nodes: Node[]
}
export interface MapNode extends Common {
  type: 'map'
  pairs: { key: Node; value: Node }[]
}

export type Node =
  | NilNode
  | BoolNode
  | IntegerNode
  | FloatNode
  | StringNode
  | BytesNode
  | IdentifierNode
  | UnaryNode
  | BinaryNode
  | ChainNode
  | MemberNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | PredicateNode
  | PointerNode
  | LetNode
  | SequenceNode
  | ConditionalNode
  | ArrayNode
  | MapNode

/**
 * The binary nodes from a node down its left operands, outermost first. Long chains of `||` lean to the left by
 * thousands: whoever walks a tree walks such a spine in a loop.
 */
export function leftSpine(node: BinaryNode): BinaryNode[] {
  const spine = [node]
  for (let left = node.left; left.type === 'binary'; left = left.left) spine.push(left)
  return spine
}

/** Whether a node has none below it. */
export function isLeaf(node: Node): boolean {
  switch (node.type) {
    case 'nil':
    case 'bool':
    case 'integer':
    case 'float':
    case 'string':
    case 'bytes':
    case 'identifier':
    case 'pointer':
      return true
    default:
      return false
  }
}

/** The nodes directly below a node, in the order of their evaluation. */
export function childrenOf(node: Node): Node[] {
  switch (node.type) {
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'chain':
      return [node.node]
    case 'member':
      return [node.object, node.property]
    case 'slice':
      return [node.object, node.start, node.end].filter((child) => child !== null)
    case 'call':
      return [node.callee, ...node.args]
    case 'builtin':
      return node.args
    case 'predicate':
      return [node.body]
    case 'let':
      return [node.value, node.body]
    case 'sequence':
    case 'array':
      return node.nodes
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse]
    case 'map':
      return node.pairs.flatMap(({ key, value }) => [key, value])
    default:
      return []
  }
}
