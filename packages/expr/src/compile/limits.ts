import { type BinaryNode, type BuiltinNode, childrenOf, type LetNode, type Node } from '../syntax/ast.ts'
import { constantList } from './literal.ts'

/** How many elements of a search are of use at most: the last ones of a filter, any of a count. */
export type Limits = ReadonlyMap<BuiltinNode, number>

/** Larger limits gain nothing. */
const greatestLimit = 10_000

/**
 * The searches of a program of which only some elements matter: `count(x, p) > 2`, `len(filter(x, p)) >= 4`, and
 * `let y = filter(x, p)` where y is used in `len(y) >= 4` and `y[-4:]` only. What is not looked at must not be missed
 * by the count of what a run makes: filters have a limit only where nothing else makes lists of unknown length.
 */
export function findLimits(tree: Node): Limits {
  const uses = new Uses()
  for (const node of nodesOf(tree)) {
    if (node.type === 'let') uses.limit(node.value, limitOfUses(node))
    else if (node.type === 'binary') limitCounted(uses, node)
    else if (node.type === 'builtin') uses.visit(node)
  }
  const limits = uses.limits()
  if (limits.size > 0 && makesMore(tree, limits)) {
    for (const node of limits.keys()) if (node.name === 'filter') limits.delete(node)
  }
  return limits
}

/** A node may stand in a tree twice, as in `1 < count(x, p) < 5`: each of its uses must have a limit. */
class Uses {
  readonly #known = new Map<BuiltinNode, { limit: number; unlimited: number }>()

  visit(node: BuiltinNode): void {
    if (node.name !== 'filter' && node.name !== 'count') return
    this.#use(node).unlimited++
  }

  limit(node: Node, limit: number | undefined): void {
    if (node.type !== 'builtin' || limit === undefined) return
    const use = this.#use(node)
    use.limit = Math.max(use.limit, limit)
    use.unlimited--
  }

  limits(): Map<BuiltinNode, number> {
    const limited = [...this.#known].filter(
      ([node, { unlimited }]) => unlimited === 0 && node.args.length === 2,
    )
    return new Map(limited.map(([node, { limit }]) => [node, limit]))
  }

  #use(node: BuiltinNode): { limit: number; unlimited: number } {
    let use = this.#known.get(node)
    if (!use) this.#known.set(node, (use = { limit: 0, unlimited: 0 }))
    return use
  }
}

/** `count(x, p) > 2`, `len(filter(x, p)) >= 4`, also the other way round. */
function limitCounted(uses: Uses, node: BinaryNode): void {
  const compared = comparisonOf(node)
  if (!compared) return
  const { value, limit } = compared
  if (value.type !== 'builtin') return
  if (value.name === 'count') uses.limit(value, limit)
  const measured = value.name === 'len' ? value.args[0] : undefined
  if (measured?.type === 'builtin' && measured.name === 'filter') uses.limit(measured, limit)
}

/** How many more than the literal have to be told apart. */
const beyond: Readonly<Record<string, number>> = { '>=': 0, '<': 0, '>': 1, '<=': 1, '==': 1, '!=': 1 }
const mirrored: Readonly<Record<string, string>> = { '>=': '<=', '<': '>', '>': '<', '<=': '>=' }

/** What a comparison with a literal compares, and up to which number that has to be known. */
function comparisonOf({ operator, left, right }: BinaryNode): { value: Node; limit: number } | undefined {
  const isTurned = left.type === 'integer'
  const [value, literal] = isTurned ? [right, left] : [left, right]
  const more = beyond[isTurned ? (mirrored[operator] ?? operator) : operator]
  if (more === undefined || literal.type !== 'integer' || literal.value < 0n) return undefined
  const limit = Number(literal.value) + more
  return limit <= greatestLimit ? { value, limit } : undefined
}

/** How many of the last elements of a declared list its uses look at; undefined where that is not limited. */
function limitOfUses({ name, body }: LetNode): number | undefined {
  let limit = 0
  const open = [body]
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'identifier' && node.name === name) return undefined
    const use = useOf(node, name)
    if (use === undefined) open.push(...childrenOf(node))
    else limit = Math.max(limit, use)
  }
  return limit <= greatestLimit ? limit : undefined
}

/** How many of the last elements of a list a node looks at that does nothing else with it. */
function useOf(node: Node, name: string): number | undefined {
  const isList = (inner: Node | undefined) => inner?.type === 'identifier' && inner.name === name
  if (node.type === 'slice') {
    const fits = isList(node.object) && (node.end === null || fromEnd(node.end) !== undefined)
    return fits && node.start ? fromEnd(node.start) : undefined
  }
  if (node.type === 'member')
    return isList(node.object) && !node.optional ? fromEnd(node.property) : undefined
  const compared = node.type === 'binary' ? comparisonOf(node) : undefined
  if (compared?.value.type !== 'builtin' || compared.value.name !== 'len') return undefined
  return isList(compared.value.args[0]) ? compared.limit : undefined
}

/** The place of an element counted from the end, for a negative literal. */
function fromEnd(node: Node): number | undefined {
  return node.type === 'integer' && node.value < 0n ? Number(-node.value) : undefined
}

const makers = new Set(['map', 'sortBy', 'sort', 'repeat', 'concat', 'flatten', 'uniq'])

/** Whether a program makes lists or texts of unknown length beside one filter with a limit. */
function makesMore(tree: Node, limits: Limits): boolean {
  let filters = 0
  for (const node of nodesOf(tree)) {
    if (node.type === 'binary' && node.operator === '..') return true
    if (node.type === 'predicate' && [...nodesOf(node)].some(isMadeAnew)) return true
    if (node.type !== 'builtin') continue
    if (node.name === 'filter' && (!limits.has(node) || ++filters > 1)) return true
    if (makers.has(node.name) && !isShort(node.args[0])) return true
  }
  return false
}

function isMadeAnew(node: Node): boolean {
  return node.type === 'map' || (node.type === 'array' && !constantList(node.nodes))
}

/** `x[-4:]` */
function isShort(node: Node | undefined): boolean {
  const count = node?.type === 'slice' && node.start ? fromEnd(node.start) : undefined
  return count !== undefined && count <= greatestLimit
}

/** All nodes of a tree, of whatever depth. */
function* nodesOf(tree: Node): Generator<Node> {
  const open = [tree]
  for (let node = open.pop(); node; node = open.pop()) {
    yield node
    open.push(...childrenOf(node))
  }
}
