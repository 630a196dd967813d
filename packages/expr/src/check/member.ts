import { nearestName } from '@tocsin/model'
import { Refusal } from '../error.ts'
import { methodsOf } from '../runtime/method.ts'
import type { MemberNode, SliceNode } from '../syntax/ast.ts'
import { dereferenced, describeType, elementOf, isArray, isAssignable, isOpen } from '../type/relation.ts'
import { type Type, unknown } from '../type/type.ts'
import type { Checker } from './checker.ts'

/** The type of `object.property` or `object[property]`. */
export function checkMember(checker: Checker, node: MemberNode): Type {
  const { object, property } = node
  if (object.type === 'identifier' && object.name === '$env') return environmentMember(checker, node)
  const base = checker.visit(object)
  const key = checker.visit(property)
  if (isOpen(base)) return unknown
  if (property.type === 'string') {
    const method = methodsOf(base)?.get(property.value)
    if (method) return method.type
  }
  const type = dereferenced(base)
  if (type.kind === 'map') {
    if (isAssignable(key, type.key) || isOpen(key)) return type.value
    const reason = `the keys of this map are ${describeType(type.key)}, not ${describeType(key)}`
    throw new Refusal('EXPR_TYPE', property.at, reason)
  }
  if (isArray(type)) {
    if (key.kind === 'int' || isOpen(key)) return elementOf(type)
    throw new Refusal('EXPR_TYPE', property.at, `a list is indexed by an int, not by ${describeType(key)}`)
  }
  const field =
    type.kind === 'struct' && property.type === 'string' ? type.struct.field(property.value) : undefined
  if (field) return field.type
  throw missingMember(node, type)
}

function missingMember(node: MemberNode, type: Type): Refusal {
  const { property, at, method, object } = node
  if (property.type !== 'string') {
    return new Refusal('EXPR_TYPE', at, `${describeType(type)} cannot be indexed`)
  }
  const known = [
    ...(type.kind === 'struct' ? type.struct.fieldNames() : []),
    ...(methodsOf(type)?.keys() ?? []),
  ]
  const near = nearestName(property.value, known)
  const owner = object.type === 'identifier' ? object.name : describeType(type)
  const reason = `no ${method ? 'method' : 'field'} "${property.value}" on ${owner}`
  return new Refusal('EXPR_UNKNOWN_FIELD', at, reason, near && `did you mean "${near}"?`)
}

/** `$env.name` names a variable; with `?.` it may be missing. */
function environmentMember(checker: Checker, node: MemberNode): Type {
  const { property } = node
  // The original looks at nothing but literal names here, and so at none of what computes one.
  if (property.type !== 'string') return unknown
  const variable = checker.env.variables.get(property.value)
  if (variable) return variable
  if (node.optional) return unknown
  throw checker.unknownName(property.value, node.at)
}

export function checkSlice(checker: Checker, node: SliceNode): Type {
  const type = checker.visit(node.object)
  // As in the original, bounds are checked only where the sliced value is known.
  if (isOpen(type)) return unknown
  if (type.kind !== 'string' && !isArray(type)) {
    throw new Refusal('EXPR_TYPE', node.at, `${describeType(type)} cannot be sliced`)
  }
  for (const bound of [node.start, node.end]) {
    if (!bound) continue
    const boundType = dereferenced(checker.visit(bound))
    if (boundType.kind !== 'int' && !isOpen(boundType)) {
      throw new Refusal(
        'EXPR_TYPE',
        bound.at,
        `a slice is bounded by ints, not by ${describeType(boundType)}`,
      )
    }
  }
  return type
}
