import { methodsOf } from '../runtime/method.ts'
import type { CallNode, MemberNode, Node } from '../syntax/ast.ts'
import { dereferenced, isAssignable, isOpen } from '../type/relation.ts'
import type { HelperFunction } from '../type/environment.ts'
import { type FuncType, type Type, types, unknown } from '../type/type.ts'
import { type Code, code, valueOf } from './code.ts'
import type { Emitter } from './emitter.ts'
import { emitMember } from './member.ts'

/** Writes a call of a helper, of a method, or of a value that is a function. */
export function emitCall(emitter: Emitter, node: CallNode): Code {
  const { callee } = node
  if (callee.type === 'identifier' && !emitter.env.variables.has(callee.name)) {
    const helper = emitter.env.functions.get(callee.name)
    const constant = helper?.pure ? emitter.constantText(node) : undefined
    if (constant !== undefined) return code(JSON.stringify(constant), types.string)
    if (helper) {
      const overload = fitting(helper.overloads, node.args)
      const call = emitter.sheet.constant(prepared(emitter, helper, node.args) ?? helper.call)
      const made = invoke(emitter, call, overload, node.args, node.at, true)
      return helper.pure && isOfElement(node.args) ? rememberedCall(emitter, made) : made
    }
  }
  if (callee.type === 'member') {
    const { object } = callee
    const isEnvironment = object.type === 'identifier' && object.name === '$env'
    if (!isEnvironment) return emitCallOf(emitter, node, callee, emitter.emit(object))
  }
  return callValue(
    emitter,
    node,
    callee.type === 'member' ? emitMember(emitter, callee) : emitter.emit(callee),
  )
}

/** A call that knows what it can of its constant arguments. */
function prepared(
  emitter: Emitter,
  helper: HelperFunction,
  args: readonly Node[],
): HelperFunction['call'] | undefined {
  return helper.prepare?.(args.map((arg) => emitter.constantText(arg)))
}

/** Whether arguments are the element of a predicate and literals. */
function isOfElement(args: readonly Node[]): boolean {
  return (
    args.every((arg) => arg.type === 'string' || (arg.type === 'pointer' && arg.name === '')) &&
    args.some((arg) => arg.type === 'pointer')
  )
}

/** What is made of an element of a lasting list is the same for every event. */
function rememberedCall(emitter: Emitter, made: Code): Code {
  const names = emitter.predicateNames
  if (!names || made.type.kind !== 'string') return made
  const known = emitter.sheet.constant(new WeakMap())
  const parameters = `${names.list},${names.index}`
  const js = `${emitter.sheet.use('remembered')}(${parameters},${known},(${parameters})=>${made.js})`
  return { ...made, js }
}

/** Writes a call of a member of an object that is written already. */
export function emitCallOf(emitter: Emitter, node: CallNode, callee: MemberNode, object: Code): Code {
  const { property } = callee
  const method = property.type === 'string' ? methodsOf(object.type)?.get(property.value) : undefined
  if (method) {
    const pointer = object.type.kind === 'struct' && object.type.pointer
    const owner = pointer
      ? `${emitter.sheet.use('present')}(${object.js},${JSON.stringify(method.name)},${callee.at})`
      : object.js
    return invoke(emitter, emitter.sheet.constant(method.call), method.type, node.args, node.at, false, owner)
  }
  const key = emitter.emit(property)
  const fetched = code(
    `${emitter.sheet.use('fetch')}(${valueOf(object)},${valueOf(key)},${callee.at})`,
    unknown,
    object,
    key,
  )
  const type = dereferenced(object.type)
  if (type.kind !== 'struct' || property.type !== 'string') return callValue(emitter, node, fetched)
  const field = type.struct.field(property.value)
  return callValue(emitter, node, field ? { ...fetched, type: field.type } : fetched)
}

/** The overload that the checker chose: the first that takes what is known of the arguments. */
function fitting(overloads: readonly FuncType[], args: readonly Node[]): FuncType {
  const fits = ({ params, variadic }: FuncType) => {
    const required = variadic ? params.length - 1 : params.length
    if (args.length < required || (!variadic && args.length > required)) return false
    return args.every(({ nature }, index) => {
      const param = params[Math.min(index, params.length - 1)] ?? types.any
      const numbers = nature.kind === 'int' && (param.kind === 'float' || param.kind === 'int')
      return (
        numbers || isOpen(nature) || isAssignable(nature, param) || isAssignable(dereferenced(nature), param)
      )
    })
  }
  return overloads.find(fits) ?? overloads[0] ?? types.func([types.any], types.any, { variadic: true })
}

function callValue(emitter: Emitter, node: CallNode, callee: Code): Code {
  const { sheet } = emitter
  if (callee.type.kind === 'func') {
    return invoke(
      emitter,
      `${sheet.use('asFunction')}(${callee.js},${node.at})`,
      callee.type,
      node.args,
      node.at,
      false,
    )
  }
  const parts = node.args.map((arg) => emitter.emit(arg))
  const args = parts.map(valueOf)
  // Arguments come before the function, also where the function is missing.
  const names = args.map(() => sheet.temporary())
  const set = names.map((name, index) => `${name}=${args[index]}`)
  const invocation = `${sheet.use('callDynamic')}(${valueOf(callee)},[${names.join()}],p=${node.at})`
  return { ...code(`(${[...set, invocation].join()})`, unknown), notes: true }
}

/** Writes the call itself. The place is noted after the arguments, for functions that fail in their own words. */
function invoke(
  emitter: Emitter,
  callee: string,
  type: FuncType,
  args: readonly Node[],
  at: number,
  isHelper: boolean,
  owner?: string,
): Code {
  const { params, variadic } = type
  const written = args.map((arg, index) => {
    const param = params[Math.min(index, params.length - 1)] ?? types.any
    return argument(emitter, emitter.emit(arg), param, at, isHelper, variadic && index >= params.length - 1)
  })
  const notes = written.some((arg) => arg.notes)
  const { sheet } = emitter
  const given = owner === undefined ? [] : [owner]
  const result = resultOf(type.result)
  if (!notes) {
    return {
      ...code(`(p=${at},${callee}(${[...given, ...written.map(({ js }) => js)].join()}))`, result),
      notes: true,
    }
  }
  const names = written.map(() => sheet.temporary())
  const set = names.map((name, index) => `${name}=${written[index]?.js}`)
  return { ...code(`(${set.join()},p=${at},${callee}(${[...given, ...names].join()}))`, result), notes: true }
}

/** Results are what functions declare, but nil may stand for every one that has no zero of its own. */
function resultOf(type: Type): Type {
  return type.kind === 'any' ? unknown : type
}

const insistences: Partial<Record<Type['kind'], string>> = {
  bool: 'asBool',
  string: 'asString',
  int: 'asInt',
  float: 'asFloat',
  map: 'asMap',
}

/** An argument as its parameter wants it, checked while running where its type is not certain. */
function argument(
  emitter: Emitter,
  given: Code,
  param: Type,
  at: number,
  isHelper: boolean,
  isRest: boolean,
): Code {
  const js = valueOf(given)
  const { sheet } = emitter
  const { type } = given
  if (param.kind === 'any') return { ...given, js }
  if (type.kind === 'int' && param.kind === 'int') {
    // Kinds of integers are told apart by name only, and only where both are declared.
    if (type.name !== param.name && type.name === 'int64')
      return { ...given, js: `${sheet.use('misfit')}("int64",${at})` }
    return { ...given, js }
  }
  if (isAssignable(type, param)) return { ...given, js }
  // A function of the environment gets the zero of the type for nil, a helper refuses it.
  const zero = isHelper || isRest ? undefined : zeroOf(param)
  return { ...given, js: insist(emitter, zero === undefined ? js : `(${js}??${zero})`, param, at) }
}

function insist(emitter: Emitter, js: string, param: Type, at: number): string {
  const { sheet } = emitter
  if (param.kind === 'array') {
    return `${sheet.use(param.element.kind === 'string' ? 'asStrings' : 'asList')}(${js},${at})`
  }
  if (param.kind === 'struct')
    return `${sheet.use('asStruct')}(${js},${JSON.stringify(param.struct.name)},${at})`
  if (param.kind === 'func') return `${sheet.use('asFunction')}(${js},${at})`
  const name = insistences[param.kind]
  return name
    ? `${sheet.use(name)}(${js},${at})`
    : `${sheet.use('asClass')}(${js},${JSON.stringify(param.kind)},${at})`
}

function zeroOf(type: Type): string | undefined {
  const zeros: Partial<Record<Type['kind'], string>> = { string: '""', int: '0n', float: '0', bool: 'false' }
  return zeros[type.kind]
}
