import { compileRegex, RegexSyntaxError } from '@tocsin/regex'
import { Refusal } from '../error.ts'
import type { BinaryNode } from '../syntax/ast.ts'
import {
  describeType,
  elementOf,
  isAnyOf,
  isArray,
  isAssignable,
  isComparable,
  isNumber,
  isOpen,
  mayFit,
} from '../type/relation.ts'
import { looseArray, types, type Type, unknown } from '../type/type.ts'

/** The type of `left operator right`. Throws a Refusal where the operands do not fit. */
export function binaryType(node: BinaryNode, left: Type, right: Type): Type {
  const type = node.operator === 'in' ? membershipType(node, left, right) : operatorType(node, left, right)
  if (type) return type
  const hint = adviceFor(node.operator, left, right)
  const reason = `"${node.operator}" does not work between ${describeType(left)} and ${describeType(right)}`
  throw new Refusal('EXPR_TYPE', node.at, reason, hint)
}

function operatorType(node: BinaryNode, left: Type, right: Type): Type | undefined {
  switch (node.operator) {
    case '==':
    case '!=':
      return isComparable(left, right) ? types.bool : undefined
    case '||':
    case '&&':
      return bothAre('bool', left, right) || mayFit(left, right, 'bool') ? types.bool : undefined
    case '<':
    case '>':
    case '<=':
    case '>=':
      return isOrdered(left, right) ? types.bool : undefined
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '**':
      return arithmeticType(node.operator, left, right)
    case 'matches':
      return matchType(node, left, right)
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return bothAre('string', left, right) || mayFit(left, right, 'string') ? types.bool : undefined
    case '..':
      return bothAre('int', left, right) || mayFit(left, right, 'integer') ? looseArray(types.int) : undefined
    case '??':
      if (left.kind === 'nil') return right
      if (right.kind === 'nil') return left
      return isAssignable(right, left) ? left : unknown
    default:
      return undefined
  }
}

function bothAre(kind: Type['kind'], left: Type, right: Type): boolean {
  return left.kind === kind && right.kind === kind
}

function isOrdered(left: Type, right: Type): boolean {
  if (isNumber(left) && isNumber(right)) return true
  if (left.kind === right.kind && isAnyOf(left, 'string', 'time', 'duration')) return true
  return mayFit(left, right, 'number', 'string', 'time', 'duration')
}

function arithmeticType(operator: string, left: Type, right: Type): Type | undefined {
  const numbers = isNumber(left) && isNumber(right)
  if (operator === '/' || operator === '**') {
    return numbers || mayFit(left, right, 'number') ? types.float : undefined
  }
  if (operator === '%') {
    return bothAre('int', left, right) || mayFit(left, right, 'integer') ? types.int : undefined
  }
  if (numbers) return left.kind === 'float' || right.kind === 'float' ? types.float : types.int
  if (operator === '*') {
    const [l, r] = [left.kind === 'duration', right.kind === 'duration']
    if ((l && (r || isNumber(right))) || (r && isNumber(left))) return types.duration
    return mayFit(left, right, 'number', 'duration') ? unknown : undefined
  }
  const moments = momentType(operator, left, right)
  if (moments) return moments
  if (operator === '-') return mayFit(left, right, 'number', 'time', 'duration') ? unknown : undefined
  if (bothAre('string', left, right)) return types.string
  return mayFit(left, right, 'number', 'string', 'time', 'duration') ? unknown : undefined
}

/** Times and durations under + and -. */
function momentType(operator: string, left: Type, right: Type): Type | undefined {
  if (bothAre('duration', left, right)) return types.duration
  if (left.kind === 'time' && right.kind === 'duration') return types.time
  if (operator === '+') return left.kind === 'duration' && right.kind === 'time' ? types.time : undefined
  return bothAre('time', left, right) ? types.duration : undefined
}

function membershipType(node: BinaryNode, left: Type, right: Type): Type | undefined {
  const isObject = (right.kind === 'struct' && !right.pointer) || right.kind === 'time'
  if (isObject && (left.kind === 'string' || isOpen(left))) return types.bool
  if (right.kind === 'map') {
    if (isOpen(left) || isAssignable(left, right.key)) return types.bool
    const reason = `the keys of this map are ${describeType(right.key)}, not ${describeType(left)}`
    throw new Refusal('EXPR_TYPE', node.at, reason)
  }
  if (isArray(right)) {
    if (isComparable(left, elementOf(right))) return types.bool
    const reason = `${describeType(left)} cannot be in a ${describeType(right)}`
    throw new Refusal('EXPR_TYPE', node.at, reason)
  }
  if (isOpen(left) && isAnyOf(right, 'string', 'array', 'map')) return types.bool
  return isOpen(right) ? types.bool : undefined
}

function matchType(node: BinaryNode, left: Type, right: Type): Type | undefined {
  if (node.right.type === 'string') {
    try {
      node.regex = compileRegex(node.right.value)
    } catch (error) {
      if (!(error instanceof RegexSyntaxError)) throw error
      throw new Refusal('EXPR_REGEX', node.at, `the pattern is malformed: ${error.reason}`)
    }
  }
  const texts = (left.kind === 'string' || left.kind === 'bytes') && right.kind === 'string'
  return texts || mayFit(left, right, 'string') ? types.bool : undefined
}

function adviceFor(operator: string, left: Type, right: Type): string | undefined {
  const kinds = [left.kind, right.kind]
  if (!kinds.includes('string')) return undefined
  if (operator === '+' && kinds.some((kind) => kind === 'int' || kind === 'float'))
    return 'string(x) makes text of it'
  const compares = ['==', '!=', '<', '>', '<=', '>='].includes(operator)
  return compares && kinds.some((kind) => kind === 'int' || kind === 'float')
    ? 'int(x) or float(x) makes a number of text'
    : undefined
}
