import { toLower, toUpper } from '../go/strings.ts'
import { characterCount } from '../runtime/text.ts'
import type { BinaryNode, BuiltinNode, CallNode, Node } from '../syntax/ast.ts'
import type { HelperFunction } from '../type/environment.ts'
import { resolve, type Surroundings } from './surroundings.ts'

/** A value that a part of a tree gives for every event. */
export type Constant = string | boolean | bigint

/** The helper that a call names; undefined where it calls something else. */
export function helperOf({ callee }: CallNode, { env, lets }: Surroundings): HelperFunction | undefined {
  if (callee.type !== 'identifier' || env.variables.has(callee.name) || lets.has(callee.name))
    return undefined
  return env.functions.get(callee.name)
}

/** What a node gives for every event; undefined where that is not known, or where it fails. */
export function constantOf(given: Node, around: Surroundings): Constant | undefined {
  const node = resolve(given, around)
  switch (node.type) {
    case 'string':
    case 'integer':
    case 'bool':
      return node.value
    case 'pointer':
      return node.name === '' ? around.element : undefined
    case 'unary': {
      const operand = node.operator === 'not' ? constantOf(node.operand, around) : undefined
      return typeof operand === 'boolean' ? !operand : undefined
    }
    case 'binary':
      return ofBinary(node, around)
    case 'builtin':
      return ofBuiltin(node, around)
    case 'call':
      return ofCall(node, around)
    default:
      return undefined
  }
}

/** A constant text; undefined for everything else. */
export function constantText(node: Node, around: Surroundings): string | undefined {
  const value = constantOf(node, around)
  return typeof value === 'string' ? value : undefined
}

/** The elements of a list of constant texts, written out or of a data file. */
export function constantTexts(given: Node, around: Surroundings): readonly string[] | undefined {
  const node = resolve(given, around)
  if (node.type === 'array') return allTexts(node.nodes, around)
  if (node.type !== 'call') return undefined
  const list = helperOf(node, around)?.texts?.list
  const args = list && allTexts(node.args, around)
  return args && list(args)
}

function allTexts(nodes: readonly Node[], around: Surroundings): string[] | undefined {
  const texts: string[] = []
  for (const node of nodes) {
    const text = constantText(node, around)
    if (text === undefined) return undefined
    texts.push(text)
  }
  return texts
}

function ofBinary({ operator, left, right }: BinaryNode, around: Surroundings): Constant | undefined {
  if (!comparisons.has(operator)) return undefined
  const a = constantOf(left, around)
  const b = a === undefined ? undefined : constantOf(right, around)
  if (a === undefined || b === undefined || typeof a !== typeof b) return undefined
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return undefined
  return operator === '>' ? a > b : a < b
}

const comparisons = new Set(['==', '!=', '>', '<'])

function ofBuiltin({ name, args }: BuiltinNode, around: Surroundings): Constant | undefined {
  const [only] = args
  const isKnown = name === 'lower' || name === 'upper' || name === 'len'
  const text = isKnown && only && args.length === 1 ? constantText(only, around) : undefined
  if (text === undefined) return undefined
  if (name === 'len') return BigInt(characterCount(text))
  return name === 'lower' ? toLower(text) : toUpper(text)
}

function ofCall(node: CallNode, around: Surroundings): string | undefined {
  const helper = helperOf(node, around)
  const args = helper?.pure ? allTexts(node.args, around) : undefined
  if (!helper || !args) return undefined
  try {
    return (helper.call as (...texts: string[]) => string)(...args)
  } catch {
    return undefined
  }
}
