import { type BuiltinNode, type CallNode, childrenOf, type Node } from '../syntax/ast.ts'
import type { Environment, HelperFunction } from '../type/environment.ts'

/** The helper that a call names, if it does nothing but give a text for its arguments. */
export function pureHelper(env: Environment, callee: Node): HelperFunction | undefined {
  const helper = helperOf(env, callee)
  return helper?.pure ? helper : undefined
}

/** The helper that a call names; undefined where it calls anything else. */
export function helperOf(env: Environment, callee: Node): HelperFunction | undefined {
  if (callee.type !== 'identifier' || env.variables.has(callee.name)) return undefined
  return env.functions.get(callee.name)
}

/**
 * The same text for expressions that say the same, of those that give the same however often they are evaluated in a
 * run and do nothing else; undefined for all others. Within the reach of a `let`, its name may stand in them, too.
 */
export function settledKey(env: Environment, node: Node, withLets = false): string | undefined {
  switch (node.type) {
    case 'identifier':
      if (env.variables.has(node.name)) return node.name
      return withLets && !env.isDeclared(node.name) ? `let ${node.name}` : undefined
    case 'string':
      return JSON.stringify(node.value)
    case 'member':
      return node.method || node.optional
        ? undefined
        : keyOfParts(env, node.type, [node.object, node.property], withLets)
    case 'builtin':
    case 'call':
      return isPureCall(env, node) ? keyOfParts(env, calledName(node), node.args, withLets) : undefined
    default:
      return undefined
  }
}

const pureBuiltins = new Set(['lower', 'upper', 'int', 'float'])

function isPureCall(env: Environment, node: BuiltinNode | CallNode): boolean {
  if (node.type === 'call') return pureHelper(env, node.callee) !== undefined
  return pureBuiltins.has(node.name) && node.args.length === 1
}

function calledName(node: BuiltinNode | CallNode): string {
  if (node.type === 'builtin') return node.name
  return node.callee.type === 'identifier' ? node.callee.name : ''
}

function keyOfParts(
  env: Environment,
  name: string,
  parts: readonly Node[],
  withLets: boolean,
): string | undefined {
  let key = `${name}(`
  for (const part of parts) {
    const inner = settledKey(env, part, withLets)
    if (inner === undefined) return undefined
    key += `${inner},`
  }
  return `${key})`
}

/** Kinds of values that are kept: the others are no work. */
export const keptKinds: ReadonlySet<string> = new Set(['string', 'int', 'float'])

/**
 * The keys of the texts and numbers that a program evaluates in several places, and may evaluate once: nothing that it calls
 * changes anything.
 */
export function findRepeats(tree: Node, env: Environment): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeats = new Set<string>()
  const open = [tree]
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'call' && !isHarmless(env, node)) return new Set()
    const mayRepeat = node.type === 'member' || node.type === 'call' || node.type === 'builtin'
    const key = mayRepeat && keptKinds.has(node.nature.kind) ? settledKey(env, node) : undefined
    if (key !== undefined) (seen.has(key) ? repeats : seen).add(key)
    open.push(...childrenOf(node))
  }
  return repeats
}

function isHarmless(env: Environment, node: CallNode): boolean {
  const helper = helperOf(env, node.callee)
  return helper !== undefined && (helper.pure === true || helper.total === true)
}
