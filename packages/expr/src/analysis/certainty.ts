import { compileRegex, type Regex, RegexSyntaxError } from '@tocsin/regex'
import type { BinaryNode, BuiltinNode, CallNode, Node } from '../syntax/ast.ts'
import { type Type, unknown } from '../type/type.ts'
import { chainOf } from './chain.ts'
import { constantText, constantTexts, helperOf } from './constant.ts'
import { resolve, type Surroundings, withLet } from './surroundings.ts'

/**
 * Whether a condition gives true or false whatever the event, as far as its types tell, and changes nothing. False
 * where that is not certain.
 */
export function cannotFail(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  switch (node.type) {
    case 'bool':
      return true
    case 'unary':
      return node.operator === 'not' && cannotFail(node.operand, around)
    case 'binary':
      return isSafeOperation(node, around)
    case 'conditional':
      return [node.condition, node.whenTrue, node.whenFalse].every((part) => cannotFail(part, around))
    case 'let':
      return isSafeValue(node.value, around) && cannotFail(node.body, withLet(around, node.name, node.value))
    case 'builtin':
      return isSafeSearch(node, around)
    case 'call':
      return isSafeCall(node, around, 'bool')
    default:
      return natureOf(node, around).kind === 'bool' && isPath(node, around)
  }
}

/** Whether a bool, a text or a number comes out whatever the event, nothing being changed. */
export function isSafeValue(node: Node, around: Surroundings): boolean {
  return isSafeText(node, around) || isSafeInteger(node, around) || cannotFail(node, around)
}

/** A text that is certain to be one: a literal, a path to one, or what is made of such. */
export function isSafeText(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  if (node.type === 'string') return true
  if (node.type === 'member') return node.nature.kind === 'string' && isPath(node, around)
  if (constantText(node, around) !== undefined) return true
  if (node.type === 'call') return isSafeCall(node, around, 'string')
  if (node.type === 'builtin' && (node.name === 'lower' || node.name === 'upper')) {
    return node.args.every((arg) => isSafeText(arg, around))
  }
  return natureOf(node, around).kind === 'string' && isPath(node, around)
}

/** What is certain of a path's type: of elements that is not always what the checker takes them for. */
function natureOf(node: Node, { elementType }: Surroundings): Type {
  return node.type === 'pointer' ? (elementType ?? unknown) : node.nature
}

function isSafeInteger(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  if (node.type === 'integer') return true
  const measured = node.type === 'builtin' && node.name === 'len' ? node.args[0] : undefined
  return measured !== undefined && isSafeText(measured, around)
}

function isSafeCall(node: CallNode, around: Surroundings, kind: 'bool' | 'string'): boolean {
  const helper = helperOf(node, around)
  return (
    helper?.total === true &&
    helper.overloads.every(({ result }) => result.kind === kind) &&
    node.args.every((arg) => isSafeText(arg, around))
  )
}

/** `any(File('f'), {...})` with a predicate that cannot fail for any of the lines. */
function isSafeSearch({ name, args }: BuiltinNode, around: Surroundings): boolean {
  const [list, predicate] = args
  if (!['any', 'all', 'none'].includes(name) || !list || predicate?.type !== 'predicate') return false
  // A search within a search may look at too much.
  if (around.element !== undefined || around.elementType) return false
  const elements = constantTexts(list, around)
  return elements?.every((element) => cannotFail(predicate.body, { ...around, element })) ?? false
}

const onTexts = new Set(['==', '!=', 'startsWith', 'endsWith', 'contains'])
const onIntegers = new Set(['==', '!=', '<', '>', '<=', '>='])

function isSafeOperation(node: BinaryNode, around: Surroundings): boolean {
  const { operator, left, right } = node
  if (operator === '&&' || operator === '||') {
    return chainOf(node, operator).every((part) => cannotFail(part, around))
  }
  if (isSafeInteger(left, around)) return onIntegers.has(operator) && isSafeInteger(right, around)
  if (!isSafeText(left, around)) return false
  if (operator === 'in') return isSafeContainer(right, around)
  if (operator === 'matches') return patternOf(node, around) !== undefined
  if (right.type === 'nil') return operator === '==' || operator === '!='
  return onTexts.has(operator) && isSafeText(right, around)
}

function isSafeContainer(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  const isPlain = node.type === 'array' && around.element === undefined && !around.elementType
  if (isPlain && node.nodes.every((element) => isSafeText(element, around))) return true
  if (node.nature.kind === 'map') return isPath(node, around) && isThere(node, around)
  return constantTexts(node, around) !== undefined
}

/** The expression that `matches` looks for where it is the same for every event and is well-formed. */
export function patternOf(node: BinaryNode, around: Surroundings): Regex | undefined {
  if (node.regex) return node.regex
  const source = constantText(node.right, around)
  if (source === undefined) return undefined
  try {
    return compileRegex(source)
  } catch (error) {
    if (error instanceof RegexSyntaxError) return undefined
    throw error
  }
}

/** `a.b.c` of plain members that are certain to be there; null for anything else. */
export function pathOf(given: Node, around: Surroundings): string | null {
  const node = resolve(given, around)
  if (!isPath(node, around)) return null
  if (node.type === 'member' && node.property.type === 'string') {
    return `${pathOf(node.object, around)}.${node.property.value}`
  }
  return node.type === 'identifier' ? node.name : '#'
}

function isPath(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  if (node.type === 'pointer') return node.name === '' && around.elementType !== undefined
  if (node.type === 'identifier') return around.env.variables.has(node.name)
  if (node.type !== 'member' || node.optional || node.property.type !== 'string') return false
  // A dot inside a name would make the path mean something else.
  return !node.property.value.includes('.') && isThere(node.object, around) && isPath(node.object, around)
}

/** Whether an object is there for certain: a map's entry need not be. */
function isThere(given: Node, around: Surroundings): boolean {
  const node = resolve(given, around)
  const nature = natureOf(node, around)
  if (node.type === 'member' && resolve(node.object, around).nature.kind === 'map') return false
  return nature.kind === 'struct' ? !nature.pointer : nature.kind === 'map'
}
