import { isSafeText } from '../analysis/certainty.ts'
import { type Alternative, type TextTest, TextSearch } from '../runtime/text-search.ts'
import { toLower, toUpper } from '../go/strings.ts'
import { type BinaryNode, type CallNode, leftSpine, type Node } from '../syntax/ast.ts'
import { dereferenced } from '../type/relation.ts'
import type { Environment } from '../type/environment.ts'
import type { Emitter } from './emitter.ts'
import { helperOf, pureHelper, settledKey } from './settled.ts'

const tests = new Set<string>(['contains', 'startsWith', 'endsWith', '=='] satisfies TextTest[])

/** Whether an operator compares texts in a way that can be looked up. */
export function isTextTest(operator: string): boolean {
  return tests.has(operator)
}

/**
 * Code that answers `any(list, predicate)` of a list of texts with one search, for predicates such as
 * `evt.Parsed.request contains #`, also several joined by `||` or after `len(#) > 0 &&`. Undefined for all others.
 * `test` is the code of the predicate, for lists that are searched one by one.
 */
export function emitTextSearch(emitter: Emitter, list: string, body: Node, test: string): string | undefined {
  const { rest, skipsEmpty } = splitGuard(body)
  const parts = alternativesOf(rest).map((part) => readAlternative(emitter.env, part))
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length) return undefined
  const lefts = known.map(({ left }) => emitter.emit(left))
  if (lefts.some(({ type }) => type.kind !== 'string')) return undefined
  const search = emitter.sheet.constant(
    new TextSearch(
      known.map(({ alternative }) => alternative),
      skipsEmpty,
    ),
  )
  const around = { env: emitter.env, lets: new Map<string, Node>() }
  if (known.every(({ left }) => isSafeText(left, around))) {
    // Texts that cannot fail may be evaluated in any order, and only as far as needed.
    const name = emitter.sheet.temporary()
    const finds = lefts.map(({ js }, index) => `${search}.find(${index},${js})`).join('||')
    return `(${search}.knows(${name}=${list})?(${finds}):${emitter.sheet.use('any')}(${name},${test}))`
  }
  const last = lefts.at(-1)?.js ?? '""'
  const choice = lefts.slice(0, -1).reduceRight((rest_, { js }, index) => `j===${index}?${js}:${rest_}`, last)
  return `${search}.any(${list},${test},j=>${choice})`
}

function splitGuard(body: Node): { rest: Node; skipsEmpty: boolean } {
  if (body.type === 'binary' && body.operator === '&&' && isGuard(body.left)) {
    return { rest: body.right, skipsEmpty: true }
  }
  return { rest: body, skipsEmpty: false }
}

/** `len(#) > 0`, `len(#) != 0` and `# != ""`. */
function isGuard(node: Node): boolean {
  if (node.type !== 'binary') return false
  const { operator, left, right } = node
  if (operator === '!=' && isElement(left)) return right.type === 'string' && right.value === ''
  const isLength = left.type === 'builtin' && left.name === 'len' && left.args.length === 1
  if (!isLength || !left.args[0] || !isElement(left.args[0])) return false
  return (operator === '>' || operator === '!=') && right.type === 'integer' && right.value === 0n
}

function alternativesOf(node: Node): Node[] {
  if (node.type !== 'binary' || node.operator !== '||') return [node]
  const spine = leftSpine(node).filter(({ operator }) => operator === '||')
  const first = spine.at(-1)?.left
  const rights = spine.map(({ right }) => right).reverse()
  return [...(first ? [first] : []), ...rights].flatMap((part) => (part === node ? [] : alternativesOf(part)))
}

function readAlternative(env: Environment, node: Node): { left: Node; alternative: Alternative } | undefined {
  if (node.type === 'call') return readCall(env, node)
  if (node.type !== 'binary' || !tests.has(node.operator)) return undefined
  const test = node.operator as TextTest
  const forward = readSides(env, node, test)
  return (
    forward ??
    (test === '==' ? readSides(env, { ...node, left: node.right, right: node.left }, test) : undefined)
  )
}

/** `IpInRange(left, #)` and the like. */
function readCall(env: Environment, { callee, args }: CallNode) {
  const [left, right] = args
  const test = helperOf(env, callee)?.search
  if (test === undefined || left === undefined || right === undefined || args.length !== 2) return undefined
  if (!isText(left) || !isElement(right) || settledKey(env, left, true) === undefined) return undefined
  return { left, alternative: { test } }
}

function readSides(env: Environment, { left, right }: BinaryNode, test: TextTest) {
  if (!isText(left) || !isText(right) || settledKey(env, left, true) === undefined) return undefined
  if (isElement(right)) return { left, alternative: { test } }
  const change = changeOf(env, right)
  return change && { left, alternative: { test, change } }
}

const isText = ({ nature }: Node) => dereferenced(nature).kind === 'string'

const isElement = (node: Node) => node.type === 'pointer' && node.name === ''

/** The function of `Upper(#)` and the like. */
function changeOf(env: Environment, node: Node): Alternative['change'] {
  if (node.type === 'builtin' && node.args.length === 1 && node.args[0] && isElement(node.args[0])) {
    if (node.name === 'upper') return toUpper
    return node.name === 'lower' ? toLower : undefined
  }
  if (node.type !== 'call' || node.args.length !== 1 || !node.args[0] || !isElement(node.args[0]))
    return undefined
  return pureHelper(env, node.callee)?.call as Alternative['change']
}
