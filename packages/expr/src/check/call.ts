import { Refusal } from '../error.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { dereferenced, describeType, isAssignable, isOpen } from '../type/relation.ts'
import { type FuncType, types, type Type, unknown } from '../type/type.ts'
import type { Checker } from './checker.ts'

/** The type of a call of a variable, a member, a helper or whatever else an expression gives. */
export function checkCall(checker: Checker, node: CallNode): Type {
  const { callee, args } = node
  const helper =
    callee.type === 'identifier' && !checker.env.variables.has(callee.name)
      ? checker.env.functions.get(callee.name)
      : undefined
  if (helper && callee.type === 'identifier') {
    const { refused } = helper
    if (refused) throw new Refusal(refused.code, node.at, refused.reason, refused.hint)
    return checkOverloads(checker, callee.name, helper.overloads, args, node.at)
  }
  const type = checker.visit(callee)
  // As in the original, arguments are checked only where the function is known.
  if (isOpen(type)) return unknown
  const name = nameOf(callee)
  if (type.kind !== 'func') {
    throw new Refusal('EXPR_TYPE', node.at, `"${name}" is ${describeType(type)}, which cannot be called`)
  }
  return checkArguments(checker, name, type, args, node.at)
}

function nameOf(callee: Node): string {
  if (callee.type === 'identifier') return callee.name
  return callee.type === 'member' && callee.property.type === 'string' ? callee.property.value : 'this value'
}

/** The result of the first overload that takes the arguments; the refusal of the last where none does. */
export function checkOverloads(
  checker: Checker,
  name: string,
  overloads: readonly FuncType[],
  args: Node[],
  at: number,
): Type {
  let refusal: unknown
  for (const overload of overloads) {
    try {
      return checkArguments(checker, name, overload, args, at)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusal = error
    }
  }
  throw refusal
}

function checkArguments(checker: Checker, name: string, type: FuncType, args: Node[], at: number): Type {
  const { params, variadic } = type
  const required = variadic ? params.length - 1 : params.length
  if (args.length < required || (!variadic && args.length > required)) {
    // Arguments are checked all the same: a mistake inside one says more than their number.
    for (const arg of args) checker.visit(arg)
    throw new Refusal('EXPR_ARGUMENT', at, countReason(name, required, variadic, args.length))
  }
  for (const [index, arg] of args.entries()) {
    const param = params[Math.min(index, params.length - 1)] ?? types.any
    checkArgument(checker, name, param, arg)
  }
  return type.result
}

function countReason(name: string, required: number, variadic: boolean, given: number): string {
  const wanted = `${variadic ? 'at least ' : ''}${required} argument${required === 1 ? '' : 's'}`
  return `"${name}" takes ${wanted}, not ${given}`
}

function checkArgument(checker: Checker, name: string, param: Type, arg: Node): void {
  const type = checker.visit(arg)
  if (param.kind === 'float' && type.kind === 'int') {
    makeFloat(arg)
    return
  }
  if (param.kind === 'int' && type.kind === 'int') return
  if (type.kind === 'nil') {
    if (param.kind === 'any' || (param.kind === 'struct' && param.pointer) || param.kind === 'location')
      return
    throw new Refusal('EXPR_ARGUMENT', arg.at, `"${name}" takes ${describeType(param)} here, not nil`)
  }
  if (isOpen(type) || isAssignable(type, param) || isAssignable(dereferenced(type), param)) return
  const reason = `"${name}" takes ${describeType(param)} here, not ${describeType(type)}`
  throw new Refusal('EXPR_ARGUMENT', arg.at, reason)
}

/** Integer literals where a float is wanted are floats. */
function makeFloat(node: Node): void {
  if (node.type === 'integer') {
    Object.assign(node, { type: 'float', value: Number(node.value), nature: types.float })
  } else if (node.type === 'unary') makeFloat(node.operand)
  else if (node.type === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    makeFloat(node.left)
    makeFloat(node.right)
  }
}
