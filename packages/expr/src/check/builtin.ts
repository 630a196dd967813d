import { ArgumentError } from '../builtin/builtin.ts'
import { builtins } from '../builtin/index.ts'
import { Refusal } from '../error.ts'
import type { BuiltinNode, Node } from '../syntax/ast.ts'
import {
  dereferenced,
  describeType,
  elementOf,
  erase,
  isArray,
  isAssignable,
  isOpen,
} from '../type/relation.ts'
import { anyArray, looseArray, types, type Type, unknown } from '../type/type.ts'
import { checkOverloads } from './call.ts'
import type { Checker, PredicateScope } from './checker.ts'

const noPointers: PredicateScope['pointers'] = new Map()
const withIndex: PredicateScope['pointers'] = new Map<string, Type>([['index', types.int]])
const withAccumulator: PredicateScope['pointers'] = new Map<string, Type>([
  ['index', types.int],
  ['acc', unknown],
])

/** The type of a call of a builtin. */
export function checkBuiltin(checker: Checker, node: BuiltinNode): Type {
  const { name, args, at } = node
  const byPredicate = predicateBuiltins[name]
  if (byPredicate) return byPredicate(checker, node, collectionOf(checker, node))
  if (name === 'get') return checkGet(checker, node)
  const builtin = builtins.get(name)
  if (builtin?.overloads) return checkOverloads(checker, name, builtin.overloads, args, at)
  const given = args.map((arg) => erase(checker.visit(arg)))
  try {
    return builtin?.check?.(given) ?? unknown
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    throw new Refusal('EXPR_ARGUMENT', at, error.message)
  }
}

type PredicateCheck = (checker: Checker, node: BuiltinNode, collection: Type) => Type

const test =
  (result: (collection: Type) => Type): PredicateCheck =>
  (checker, node, collection) => {
    if (node.args.length > 1) boolPredicate(checker, node, collection)
    return result(collection)
  }

const element = (collection: Type) => (isOpen(collection) ? unknown : elementOf(collection))

const predicateBuiltins: Record<string, PredicateCheck> = {
  all: test(() => types.bool),
  none: test(() => types.bool),
  any: test(() => types.bool),
  one: test(() => types.bool),
  filter: test((collection) => (isOpen(collection) ? anyArray : looseArray(elementOf(collection)))),
  count: test(() => types.int),
  find: test(element),
  findLast: test(element),
  findIndex: test(() => types.int),
  findLastIndex: test(() => types.int),
  map: (checker, node, collection) => {
    return looseArray(predicateResult(checker, node, { collection, pointers: withIndex }))
  },
  sum: (checker, node, collection) => {
    if (node.args.length === 1) return element(collection)
    return erase(predicateResult(checker, node, { collection, pointers: noPointers }))
  },
  groupBy: (checker, node, collection) => {
    predicateResult(checker, node, { collection, pointers: noPointers })
    return types.map(anyArray, types.any)
  },
  sortBy: (checker, node, collection) => {
    const type = checker.within({ collection, pointers: noPointers }, () => checker.visit(argument(node, 1)))
    if (node.args[2]) checker.visit(node.args[2])
    if (type.kind === 'nil') throw noResult(node)
    return collection
  },
  reduce: (checker, node, collection) => {
    const scope = { collection, pointers: withAccumulator }
    const type = checker.within(scope, () => checker.visit(argument(node, 1)))
    if (node.args[2]) checker.visit(node.args[2])
    if (type.kind === 'nil') throw noResult(node)
    return type
  },
}

function argument(node: BuiltinNode, index: number): Node {
  const found = node.args[index]
  if (!found) throw new Refusal('EXPR_ARGUMENT', node.at, `"${node.name}" takes more arguments`)
  return found
}

function collectionOf(checker: Checker, node: BuiltinNode): Type {
  const list = argument(node, 0)
  const type = dereferenced(checker.visit(list))
  if (isArray(type) || isOpen(type)) return type
  throw new Refusal('EXPR_ARGUMENT', list.at, `"${node.name}" takes a list, not ${describeType(type)}`)
}

function predicateResult(checker: Checker, node: BuiltinNode, scope: PredicateScope): Type {
  const type = checker.within(scope, () => checker.visit(argument(node, 1)))
  if (type.kind === 'nil') throw noResult(node)
  return type
}

function boolPredicate(checker: Checker, node: BuiltinNode, collection: Type): void {
  const type = predicateResult(checker, node, { collection, pointers: noPointers })
  if (type.kind === 'bool' || isOpen(type)) return
  const reason = `the predicate of "${node.name}" must give a bool, not ${describeType(type)}`
  throw new Refusal('EXPR_TYPE', argument(node, 1).at, reason)
}

function noResult(node: BuiltinNode): Refusal {
  return new Refusal(
    'EXPR_TYPE',
    argument(node, 1).at,
    `the predicate of "${node.name}" gives nothing but nil`,
  )
}

/** `get` answers nil where indexing would fail, and is checked like indexing all the same. */
function checkGet(checker: Checker, node: BuiltinNode): Type {
  const { args, at } = node
  const [object, property] = args
  if (!object || !property || args.length !== 2) {
    throw new Refusal('EXPR_ARGUMENT', at, `"get" takes 2 arguments, not ${args.length}`)
  }
  const base = checker.visit(object)
  const key = dereferenced(checker.visit(property))
  if (object.type === 'identifier' && object.name === '$env') {
    return (property.type === 'string' && checker.env.variables.get(property.value)) || unknown
  }
  if (isOpen(base)) return unknown
  if (isArray(base)) {
    if (key.kind === 'int' || isOpen(key)) return elementOf(base)
    throw new Refusal('EXPR_TYPE', property.at, `a list is indexed by an int, not by ${describeType(key)}`)
  }
  if (base.kind === 'map') {
    if (isAssignable(key, base.key) || isOpen(key)) return base.value
    const reason = `the keys of this map are ${describeType(base.key)}, not ${describeType(key)}`
    throw new Refusal('EXPR_TYPE', property.at, reason)
  }
  throw new Refusal('EXPR_TYPE', object.at, `${describeType(base)} cannot be indexed`)
}
