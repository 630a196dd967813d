import { boundMethod } from '../runtime/fetch.ts'
import { methodsOf } from '../runtime/method.ts'
import type { ChainNode, MapNode, MemberNode, Node, SliceNode } from '../syntax/ast.ts'
import { dereferenced, isOpen } from '../type/relation.ts'
import { anyMap, byteType, type Type, types, unknown } from '../type/type.ts'
import type { Value } from '../value.ts'
import { emitCallOf } from './call.ts'
import { type Code, code, numberOf, valueOf } from './code.ts'
import type { Emitter } from './emitter.ts'
import { constantList } from './literal.ts'

export function emitMember(emitter: Emitter, node: MemberNode): Code {
  const { object, property } = node
  if (object.type === 'identifier' && object.name === '$env' && property.type === 'string') {
    const type = emitter.env.variables.get(property.value)
    return type ? emitter.variable(property.value, type) : code('null', types.nil)
  }
  const lookup = object.type === 'map' ? constantMap(object) : undefined
  const made = lookup ? code(emitter.sheet.constant(lookup), anyMap) : emitter.emit(object)
  return access(emitter, node, made)
}

/** A map of literals that is only looked into, as `{Jan: '01'}[month]`, is made once. Of equal keys the first counts. */
function constantMap({ pairs }: MapNode): ReadonlyMap<string, Value> | undefined {
  const values = constantList(pairs.map(({ value }) => value))
  if (!values || pairs.some(({ key }) => key.type !== 'string')) return undefined
  const entries = pairs.map(
    ({ key }, index) => [key.type === 'string' ? key.value : '', values[index] ?? null] as const,
  )
  return new Map(entries.reverse())
}

/** The place that a nil on the way of plain fields is reported at: the first field of the way. */
function placeOfPath(node: MemberNode): number {
  let first = node
  for (let object = node.object; object.type === 'member' && isField(object); object = object.object)
    first = object
  return first.at
}

function isField({ object, property, optional }: MemberNode): boolean {
  const type = dereferenced(object.nature)
  return (
    !optional &&
    type.kind === 'struct' &&
    property.type === 'string' &&
    !type.struct.methods.has(property.value)
  )
}

/** Writes `object.property` for an object that is written already. */
function access(emitter: Emitter, node: MemberNode, object: Code): Code {
  const { property, at } = node
  const type = dereferenced(object.type)
  if (property.type === 'string') {
    const name = property.value
    if (methodsOf(object.type)?.has(name)) {
      const bind = emitter.sheet.constant(boundMethod)
      return code(`${bind}(${object.js},${JSON.stringify(name)})`, unknown, object)
    }
    if (type.kind === 'struct') return field(emitter, node, object, name)
    if (type.kind === 'map' && type.key.kind !== 'any')
      return entry(object, JSON.stringify(name), type.value, object)
  }
  const key = emitter.emit(property)
  if (type.kind === 'map' && type.key.kind === 'string' && key.type.kind === 'string') {
    return entry(object, key.js, type.value, object, key)
  }
  const js = `${emitter.sheet.use('fetch')}(${valueOf(object)},${valueOf(key)},${at})`
  return code(js, elementType(type), object, key)
}

/** What an index that does not fail certainly gives. */
function elementType(type: Type): Type {
  if (type.kind === 'bytes' || type.kind === 'string') return byteType
  return type.kind === 'array' ? type.element : unknown
}

/** An entry of a map from strings; a missing one is the zero of its type. */
function entry(object: Code, key: string, value: Type, ...parts: Code[]): Code {
  const zeros: Partial<Record<Type['kind'], string>> = {
    string: '""',
    int: '0n',
    float: '0',
    bool: 'false',
    array: '[]',
  }
  const zero = zeros[value.kind]
  return code(`(${object.js}.get(${key})??${zero ?? 'null'})`, zero === undefined ? unknown : value, ...parts)
}

function field(emitter: Emitter, node: MemberNode, object: Code, name: string): Code {
  const type = dereferenced(object.type)
  const found = type.kind === 'struct' ? type.struct.field(name) : undefined
  if (!found) {
    // Only where the checker did not look: it fails while running.
    const js = `${emitter.sheet.use('fetch')}(${valueOf(object)},${JSON.stringify(name)},${node.at})`
    return code(js, unknown, object)
  }
  const isPointer = object.type.kind === 'struct' && object.type.pointer
  const owner = isPointer
    ? `${emitter.sheet.use('present')}(${object.js},${JSON.stringify(name)},${placeOfPath(node)})`
    : object.js
  const js =
    typeof found.get === 'string'
      ? property(owner, found.get)
      : `${emitter.sheet.constant(found.get)}(${owner})`
  return found.type.kind === 'any' ? code(`(${js}??null)`, unknown, object) : code(js, found.type, object)
}

function property(owner: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${owner}.${name}` : `${owner}[${JSON.stringify(name)}]`
}

/**
 * Writes a chain. The rest of it is written inside the test of each `?.`, so that nil ends the whole:
 * `a?.b.c` becomes `(t = a) === null ? null : t.b.c`.
 */
export function emitChain(emitter: Emitter, { node }: ChainNode): Code {
  let optional = false
  const link = (inner: Node, rest: (made: Code) => Code): Code => {
    const member = inner.type === 'call' ? inner.callee : inner
    if (member.type !== 'member') return rest(emitter.emit(inner))
    const finish = (object: Code): Code => {
      if (inner.type === 'call') return rest(emitCallOf(emitter, inner, member, object))
      return rest(access(emitter, member, object))
    }
    const { object } = member
    const isEnvironment = object.type === 'identifier' && object.name === '$env'
    if (isEnvironment && inner.type === 'member' && !isOpen(member.nature))
      return rest(emitMember(emitter, member))
    return link(object, (made) =>
      member.optional ? guarded(emitter, made, finish, () => (optional = true)) : finish(made),
    )
  }
  const made = link(node, (whole) => whole)
  if (!optional) return made
  return { ...code(`${emitter.sheet.use('chained')}(${valueOf(made)})`, unknown), notes: made.notes === true }
}

function guarded(emitter: Emitter, object: Code, finish: (object: Code) => Code, mark: () => void): Code {
  mark()
  const name = emitter.sheet.temporary()
  const { type } = object
  const there: Type = type.kind === 'struct' ? types.struct(type.struct) : type
  const rest = finish({ js: name, type: there })
  const js = `((${name}=${valueOf(object)})==null?null:${valueOf(rest)})`
  return { js, type: unknown, notes: object.notes === true || rest.notes === true }
}

export function emitSlice(emitter: Emitter, node: SliceNode): Code {
  const object = emitter.emit(node.object)
  const start = node.start ? emitter.emit(node.start) : undefined
  const end = node.end ? emitter.emit(node.end) : undefined
  const { kind } = object.type
  if (kind === 'array') {
    const [from, to] = [start, end].map((bound) => (bound ? literalIndex(bound) : 'undefined'))
    if (from !== undefined && to !== undefined) {
      return code(`${emitter.spent(object, node.at)}.slice(${from},${to})`, object.type, object)
    }
  }
  const bounds = [start, end].map((bound) => (bound ? valueOf(bound) : 'undefined'))
  const js = `${emitter.sheet.use('slice')}(${emitter.spent(object, node.at)},${bounds.join()},${node.at})`
  const type = kind === 'string' || kind === 'array' || kind === 'bytes' ? object.type : unknown
  return code(js, type, object, ...[start, end].filter((bound) => bound !== undefined))
}

/** A bound that is written as a literal, which lists of JavaScript take in the same way. */
function literalIndex(bound: Code): string | undefined {
  return bound.literal === undefined ? undefined : numberOf(bound)
}
