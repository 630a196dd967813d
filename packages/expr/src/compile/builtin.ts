import { parseGoDuration } from '@tocsin/model'
import { cannotFail } from '../analysis/certainty.ts'
import { builtins } from '../builtin/index.ts'
import { Duration } from '../go/duration.ts'
import type { BuiltinNode, Node } from '../syntax/ast.ts'
import { elementOf } from '../type/relation.ts'
import { anyArray, looseArray, types, type Type, unknown } from '../type/type.ts'
import { type Code, code, smallCode, valueOf } from './code.ts'
import type { Emitter } from './emitter.ts'
import type { PredicateNames } from './frame.ts'
import { emitTextSearch } from './text-search.ts'

/** Writes a call of a builtin. Those with a predicate become loops of the runtime, the rest plain calls. */
export function emitBuiltin(emitter: Emitter, node: BuiltinNode): Code {
  const byPredicate = predicateEmitters[node.name]
  if (byPredicate) return byPredicate(emitter, node, collectionOf(emitter, node))
  const constant = constantResult(emitter, node)
  if (constant) return constant
  const args = node.args.map((arg) => emitter.emit(arg))
  return inlined(emitter, node, args) ?? called(emitter, node, args)
}

/** What calls give in every run: `duration('10m')`, `lower('X')`. */
function constantResult(emitter: Emitter, node: BuiltinNode): Code | undefined {
  if (node.name === 'lower' || node.name === 'upper') {
    const text = emitter.constantText(node)
    return text === undefined ? undefined : code(JSON.stringify(text), types.string)
  }
  const [only] = node.args
  const text = node.name === 'duration' && only ? emitter.constantText(only) : undefined
  const ns = text === undefined ? null : parseGoDuration(text)
  // A text that is none fails while running.
  return ns === null ? undefined : code(emitter.sheet.constant(new Duration(ns)), types.duration)
}

/** Builtins that count what they make or look at. */
const allocating = new Set(['repeat', 'concat', 'flatten', 'sort', 'uniq'])

function called(emitter: Emitter, node: BuiltinNode, args: readonly Code[]): Code {
  const builtin = builtins.get(node.name)
  const call = emitter.sheet.constant(builtin?.call)
  if (allocating.has(node.name)) emitter.sheet.counts = true
  const written = args.map((arg) => emitter.spent(arg, node.at))
  const type = resultType(node)
  if (!args.some(({ notes }) => notes)) {
    return { ...code(`(p=${node.at},${call}(${written.join()}))`, type), notes: true }
  }
  const names = written.map(() => emitter.sheet.temporary())
  const set = names.map((name, index) => `${name}=${written[index]}`)
  return { ...code(`(${set.join()},p=${node.at},${call}(${names.join()}))`, type), notes: true }
}

/** The kinds of results that builtins keep to whatever they are given. */
const certainKinds = new Set(['bool', 'int', 'float', 'string', 'time', 'duration'])
/** Builtins that may give something else than the checker says. */
const uncertain = new Set(['get', 'first', 'last', 'max', 'min', 'abs', 'take'])

function resultType(node: BuiltinNode): Type {
  return certainKinds.has(node.nature.kind) && !uncertain.has(node.name) ? node.nature : unknown
}

/** The everyday ones on values of certain type. */
function inlined(emitter: Emitter, node: BuiltinNode, args: readonly Code[]): Code | undefined {
  const [first, second] = args
  if (!first) return undefined
  const { kind } = first.type
  const { sheet } = emitter
  if (node.name === 'len') {
    if (kind === 'string') return smallCode(`${sheet.use('characterCount')}(${first.js})`, 2 ** 31, first)
    if (kind === 'array' || kind === 'bytes') return smallCode(`${first.js}.length`, 2 ** 32, first)
    if (kind === 'map') return smallCode(`${first.js}.size`, 2 ** 32, first)
    return smallCode(`${sheet.use('measured')}(${valueOf(first)},${node.at})`, 2 ** 32, first)
  }
  if (kind !== 'string') return undefined
  if (node.name === 'lower' || node.name === 'upper') {
    return code(
      `${sheet.use(node.name === 'lower' ? 'toLower' : 'toUpper')}(${first.js})`,
      types.string,
      first,
    )
  }
  const tests: Record<string, string> = { hasPrefix: 'startsWith', hasSuffix: 'endsWith' }
  const method = tests[node.name]
  if (method === undefined || second?.type.kind !== 'string') return undefined
  return code(`${first.js}.${method}(${second.js})`, types.bool, first, second)
}

interface Collection {
  /** The list, ready to be iterated. */
  readonly list: Code
  readonly element: Type
  readonly names: PredicateNames
}

function collectionOf(emitter: Emitter, node: BuiltinNode): Collection {
  const given = emitter.emit(node.args[0] ?? node)
  const isList = given.type.kind === 'array'
  const value = emitter.spent(given, node.at)
  const js = isList ? value : `${emitter.sheet.use('elements')}(${value},${node.at})`
  return {
    list: { ...given, js, type: isList ? given.type : anyArray },
    element: elementOf(given.type),
    names: emitter.sheet.predicateNames(),
  }
}

/** A JavaScript function of a list and an index, which has to be a name or a call. */
function predicate(
  emitter: Emitter,
  { names, element }: Collection,
  body: Node,
  finish: (made: Code) => string,
  accumulates = false,
): { js: string; made: Code } {
  let made: Code = code('null', types.nil)
  const parameters = [names.list, names.index, ...(accumulates ? [names.accumulator] : [])].join()
  const js = emitter.within({ names, element }, () =>
    emitter.sheet.inFunction(parameters, () => {
      made = emitter.emit(body)
      return finish(made)
    }),
  )
  return { js, made }
}

/** A predicate that must give a bool; without one the elements themselves are the bools. */
function testOf(emitter: Emitter, node: BuiltinNode, collection: Collection): string {
  const body = node.args[1]
  const { names, element } = collection
  if (body) return predicate(emitter, collection, body, (made) => emitter.bool(made, node.at)).js
  const own = emitter.bool(code(`${names.list}[${names.index}]`, element), node.at)
  return `(${names.list},${names.index})=>${own}`
}

/** How many elements that pass are of use, where the others need not even be looked at. */
function limitOf(emitter: Emitter, node: BuiltinNode, { list, element }: Collection): number | undefined {
  const limit = emitter.limits.get(node)
  const body = node.args[1]
  if (limit === undefined || body?.type !== 'predicate' || emitter.inPredicate) return undefined
  if (list.type.kind !== 'array') return undefined
  const around = { env: emitter.env, lets: new Map<string, Node>(), elementType: element }
  return cannotFail(body.body, around) ? limit : undefined
}

type PredicateEmitter = (emitter: Emitter, node: BuiltinNode, collection: Collection) => Code

/** The place is noted again after a loop, whose predicate may have noted others: whatever follows notes its own. */
const noted = (made: Code): Code => ({ ...made, notes: true })

/** Whether an element passes. Of texts that are looked up in a list the list is searched as a whole. */
function anyOf(emitter: Emitter, node: BuiltinNode, collection: Collection): string {
  const test = testOf(emitter, node, collection)
  const { list } = collection
  const body = node.args[1]
  const isTexts = list.type.kind === 'array' && list.type.element.kind === 'string' && !list.type.loose
  const predicateBody = body?.type === 'predicate' ? body.body : undefined
  const searched = isTexts && predicateBody && emitTextSearch(emitter, list.js, predicateBody, test)
  return searched || `${emitter.sheet.use('any')}(${list.js},${test})`
}

const boolOf =
  (write: (list: string, test: string, emitter: Emitter) => string): PredicateEmitter =>
  (emitter, node, collection) => {
    const test = testOf(emitter, node, collection)
    return noted(code(write(collection.list.js, test, emitter), types.bool))
  }

const search =
  (helper: 'firstIndex' | 'lastIndex', gives: 'element' | 'index'): PredicateEmitter =>
  (emitter, node, collection) => {
    const { sheet } = emitter
    const test = testOf(emitter, node, collection)
    const { js } = collection.list
    if (gives === 'index') {
      return noted(code(`${sheet.use('indexOrNil')}(${sheet.use(helper)}(${js},${test}))`, unknown))
    }
    const name = sheet.temporary()
    const index = `${sheet.use(helper)}(${name}=${js},${test})`
    return noted(code(`${sheet.use('found')}(${index},${name},${node.throws},${node.at})`, unknown))
  }

const predicateEmitters: Record<string, PredicateEmitter> = {
  all: boolOf((list, test, { sheet }) => `${sheet.use('all')}(${list},${test})`),
  any: (emitter, node, collection) => noted(code(anyOf(emitter, node, collection), types.bool)),
  none: (emitter, node, collection) => noted(code(`!${anyOf(emitter, node, collection)}`, types.bool)),
  one: boolOf((list, test, { sheet }) => `(${sheet.use('count')}(${list},${test})===1)`),
  count: (emitter, node, collection) => {
    const test = testOf(emitter, node, collection)
    const { js } = collection.list
    const limit = limitOf(emitter, node, collection)
    if (limit !== undefined) {
      return noted(smallCode(`${emitter.sheet.use('countUpTo')}(${js},${test},${limit})`, limit))
    }
    return noted(smallCode(`${emitter.sheet.use('count')}(${js},${test})`, 2 ** 32))
  },
  filter: (emitter, node, collection) => {
    const test = testOf(emitter, node, collection)
    emitter.sheet.counts = true
    const limit = limitOf(emitter, node, collection)
    const js =
      limit === undefined
        ? `${emitter.sheet.use('filter')}(${collection.list.js},${test},${node.at})`
        : `${emitter.sheet.use('filterLast')}(${collection.list.js},${test},${limit},${node.at})`
    return noted(code(js, looseArray(collection.element)))
  },
  find: search('firstIndex', 'element'),
  findLast: search('lastIndex', 'element'),
  findIndex: search('firstIndex', 'index'),
  findLastIndex: search('lastIndex', 'index'),
  map: (emitter, node, collection) => {
    const { js, made } = predicate(emitter, collection, node.args[1] ?? node, valueOf)
    emitter.sheet.counts = true
    const list = `${emitter.sheet.use('map')}(${collection.list.js},${js},${node.at})`
    return noted(code(list, looseArray(made.type)))
  },
  sum: (emitter, node, collection) => {
    const { names } = collection
    const body = node.args[1]
    const give = body
      ? predicate(emitter, collection, body, valueOf).js
      : `(${names.list},${names.index})=>${names.list}[${names.index}]`
    return noted(code(`${emitter.sheet.use('sum')}(${collection.list.js},${give},${node.at})`, unknown))
  },
  groupBy: (emitter, node, collection) => {
    const { js } = predicate(emitter, collection, node.args[1] ?? node, valueOf)
    const made = `${emitter.sheet.use('groupBy')}(${collection.list.js},${js},${node.at})`
    return noted(code(made, types.map(anyArray, types.any)))
  },
  sortBy: (emitter, node, collection) => {
    const { js } = predicate(emitter, collection, node.args[1] ?? node, valueOf)
    const order = node.args[2] ? emitter.value(node.args[2]) : '"asc"'
    emitter.sheet.counts = true
    const made = `${emitter.sheet.use('sortBy')}(${collection.list.js},${js},${order},${node.at})`
    return noted(code(made, looseArray(collection.element)))
  },
  reduce: (emitter, node, collection) => {
    const { js } = predicate(emitter, collection, node.args[1] ?? node, valueOf, true)
    const start = node.args[2] ? emitter.value(node.args[2]) : 'undefined'
    return noted(
      code(`${emitter.sheet.use('reduce')}(${collection.list.js},${js},${start},${node.at})`, unknown),
    )
  },
}
