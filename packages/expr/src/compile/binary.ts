import { patternOf } from '../analysis/certainty.ts'
import type { BinaryNode, Node } from '../syntax/ast.ts'
import { isOpen } from '../type/relation.ts'
import { looseArray, types, type Type, unknown } from '../type/type.ts'
import { type Code, code, commonType, maxSmall, numberOf, smallCode, valueOf } from './code.ts'
import type { Emitter } from './emitter.ts'
import { constantList } from './literal.ts'

/** Writes `left operator right` but for `&&` and `||`; the left side is written already. */
export function emitBinary(emitter: Emitter, node: BinaryNode, left: Code): Code {
  const { operator, at } = node
  if (operator === 'in') return emitMembership(emitter, node, left)
  if (operator === 'matches') return emitMatch(emitter, node, left)
  const right = emitter.emit(node.right)
  switch (operator) {
    case '==':
      return code(equality(emitter, node, left, right), types.bool, left, right)
    case '!=':
      return code(`!${equality(emitter, node, left, right)}`, types.bool, left, right)
    case '??': {
      const type = left.type.kind === 'nil' ? right.type : commonType(left.type, right.type)
      return code(coalesce(emitter, left, right), type, left, right)
    }
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return emitTextTest(emitter, node, left, right)
    case '..':
      return emitRange(emitter, left, right, at)
    case '<':
    case '>':
    case '<=':
    case '>=':
      return code(comparison(emitter, operator, left, right, at), types.bool, left, right)
    default:
      return emitArithmetic(emitter, operator, left, right, at)
  }
}

function coalesce(emitter: Emitter, left: Code, right: Code): string {
  if (!mayBeAbsent(left.type)) return `(${valueOf(left)}??${valueOf(right)})`
  const name = emitter.sheet.temporary()
  return `(${emitter.sheet.use('isNil')}(${name}=${valueOf(left)})?${valueOf(right)}:${name})`
}

function isText(type: Type): boolean {
  return type.kind === 'string'
}

function equality(emitter: Emitter, node: BinaryNode, left: Code, right: Code): string {
  const [l, r] = [left.type.kind, right.type.kind]
  if (l === 'int' && r === 'int') {
    const [a, b] = [numberOf(left), numberOf(right)]
    return a !== undefined && b !== undefined ? `(${a}===${b})` : `(${valueOf(left)}===${valueOf(right)})`
  }
  if (l === r && ['string', 'bool', 'float'].includes(l)) return `(${left.js}===${right.js})`
  if (l === 'nil' || r === 'nil') return nilTest(emitter, l === 'nil' ? right : left)
  const declared = node.left.nature.kind
  const strict = declared === node.right.nature.kind && (declared === 'string' || declared === 'int')
  if (strict) {
    // Known to the checker to be of one kind, yet not certain: the original insists on it while running.
    const insist = emitter.sheet.use(declared === 'string' ? 'asString' : 'asInt')
    return `(${insist}(${valueOf(left)},${node.at})===${insist}(${valueOf(right)},${node.at}))`
  }
  if (isText(left.type) || isText(right.type)) return `(${valueOf(left)}===${valueOf(right)})`
  return `${emitter.sheet.use('equal')}(${emitter.spent(left, node.at)},${valueOf(right)})`
}

/** Whether a value may be an absent list or map, which counts as nil. */
function mayBeAbsent(type: Type): boolean {
  return isOpen(type) || type.kind === 'array' || type.kind === 'map'
}

function nilTest(emitter: Emitter, other: Code): string {
  return mayBeAbsent(other.type)
    ? `${emitter.sheet.use('isNil')}(${valueOf(other)})`
    : `(${valueOf(other)}==null)`
}

const comparisonNames: Record<string, string> = {
  '<': 'less',
  '>': 'more',
  '<=': 'lessOrEqual',
  '>=': 'moreOrEqual',
}

function comparison(emitter: Emitter, operator: string, left: Code, right: Code, at: number): string {
  const [l, r] = [left.type.kind, right.type.kind]
  if (l === 'int' && r === 'int') {
    const [a, b] = [numberOf(left), numberOf(right)]
    if (a !== undefined && b !== undefined) return `(${a}${operator}${b})`
    return `(${valueOf(left)}${operator}${valueOf(right)})`
  }
  if (l === 'float' && r === 'float') return `(${left.js}${operator}${right.js})`
  if (l === 'duration' && r === 'duration') return `(${left.js}.ns${operator}${right.js}.ns)`
  if (l === 'string' && r === 'string') {
    return `(${emitter.sheet.use('compareText')}(${left.js},${right.js})${operator}0)`
  }
  return `${emitter.sheet.use(comparisonNames[operator] ?? 'less')}(${valueOf(left)},${valueOf(right)},${at})`
}

const arithmeticNames: Record<string, string> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
  '**': 'power',
}

function emitArithmetic(emitter: Emitter, operator: string, left: Code, right: Code, at: number): Code {
  const small = smallArithmetic(operator, left, right)
  if (small) return small
  const [l, r] = [left.type.kind, right.type.kind]
  if (l === 'string' && r === 'string' && operator === '+')
    return code(`${emitter.sheet.use('joinTexts')}(${left.js},${right.js},${at})`, types.string, left, right)
  if (l === 'float' && r === 'float' && operator !== '%' && operator !== '**') {
    return code(`(${left.js}${operator}${right.js})`, types.float, left, right)
  }
  const js = `${emitter.sheet.use(arithmeticNames[operator] ?? 'add')}(${valueOf(left)},${valueOf(right)},${at})`
  return code(js, resultType(operator, left.type, right.type), left, right)
}

function resultType(operator: string, left: Type, right: Type): Type {
  if (operator === '/' || operator === '**') return types.float
  if (operator === '%') return types.int
  if (left.kind === 'int' && right.kind === 'int') return types.int
  const numbers = [left, right].every(({ kind }) => kind === 'int' || kind === 'float')
  return numbers ? types.float : unknown
}

/** Sums, differences and products of ints that are small enough stay JavaScript numbers. */
function smallArithmetic(operator: string, left: Code, right: Code): Code | undefined {
  if (left.small === undefined && right.small === undefined) return undefined
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a === undefined || b === undefined) return undefined
  const [x, y] = [boundOf(left), boundOf(right)]
  const bound = operator === '*' ? x * y : x + y
  if (!['+', '-', '*'].includes(operator) || bound > maxSmall) return undefined
  return smallCode(`(${a}${operator}${b})`, bound, left, right)
}

function boundOf({ small, literal }: Code): number {
  return small ?? Math.abs(Number(literal ?? 0n))
}

const textTests: Record<string, { method: string; helper: string }> = {
  contains: { method: 'includes', helper: 'textContains' },
  startsWith: { method: 'startsWith', helper: 'textStartsWith' },
  endsWith: { method: 'endsWith', helper: 'textEndsWith' },
}

function emitTextTest(emitter: Emitter, node: BinaryNode, left: Code, right: Code): Code {
  const { method, helper } = textTests[node.operator] ?? { method: 'includes', helper: 'textContains' }
  if (isText(left.type) && isText(right.type))
    return code(`${left.js}.${method}(${right.js})`, types.bool, left, right)
  const js = `${emitter.sheet.use(helper)}(${valueOf(left)},${valueOf(right)},${node.at})`
  return code(js, types.bool, left, right)
}

function emitRange(emitter: Emitter, left: Code, right: Code, at: number): Code {
  const bound = (side: Code) =>
    side.type.kind === 'int' ? valueOf(side) : `${emitter.sheet.use('toInteger')}(${valueOf(side)},${at})`
  emitter.sheet.counts = true
  const js = `${emitter.sheet.use('range')}(${bound(left)},${bound(right)},${at})`
  return code(js, looseArray(types.int), left, right)
}

function emitMatch(emitter: Emitter, node: BinaryNode, left: Code): Code {
  const { at } = node
  const pattern = patternOf(node, { env: emitter.env, lets: new Map() })
  if (pattern) {
    const regex = emitter.sheet.constant(pattern)
    if (isText(left.type)) return code(`${regex}.test(${left.js})`, types.bool, left)
    return code(`${emitter.sheet.use('matchConstant')}(${valueOf(left)},${regex},${at})`, types.bool, left)
  }
  const right = emitter.emit(node.right)
  const js = `${emitter.sheet.use('matchDynamic')}(${valueOf(left)},${valueOf(right)},${at})`
  return code(js, types.bool, left, right)
}

function emitMembership(emitter: Emitter, node: BinaryNode, left: Code): Code {
  const { at } = node
  const list = node.right.type === 'array' ? constantList(node.right.nodes) : undefined
  if (list?.every((value) => typeof value === 'string')) return inTexts(emitter, list, left, at)
  const bounds = literalRange(node.right)
  if (bounds && node.left.nature.kind === 'int' && node.left.nature.name === 'int') {
    return inBounds(emitter, bounds, left, at)
  }
  const right = emitter.emit(node.right)
  if (right.type.kind === 'map' && isText(right.type.key) && isText(left.type)) {
    return code(`${right.js}.has(${left.js})`, types.bool, left, right)
  }
  const isTexts = right.type.kind === 'array' && isText(right.type.element) && !right.type.loose
  if (isTexts && isText(left.type)) {
    // The list comes second, as it does in the source.
    const name = emitter.sheet.temporary()
    const js = `(${name}=${left.js},${emitter.sheet.use('hasText')}(${right.js},${name}))`
    return code(js, types.bool, left, right)
  }
  const js = `${emitter.sheet.use('contains')}(${valueOf(left)},${emitter.spent(right, at)},${at})`
  return code(js, types.bool, left, right)
}

/** A short list is compared with one by one: that is faster than a set. */
const maxCompared = 4

function inTexts(emitter: Emitter, list: readonly string[], left: Code, at: number): Code {
  if (isText(left.type) && list.length <= maxCompared) {
    const name = emitter.sheet.temporary()
    const [first, ...rest] = list.map((text) => JSON.stringify(text))
    const tests = [`(${name}=${left.js})===${first}`, ...rest.map((text) => `${name}===${text}`)]
    return code(`(${tests.join('||')})`, types.bool, left)
  }
  const set = emitter.sheet.constant(new Set(list))
  if (isText(left.type)) return code(`${set}.has(${left.js})`, types.bool, left)
  return code(`${emitter.sheet.use('inTexts')}(${valueOf(left)},${set},${at})`, types.bool, left)
}

function literalRange(node: Node): { from: bigint; to: bigint } | undefined {
  if (node.type !== 'binary' || node.operator !== '..') return undefined
  const { left, right } = node
  return left.type === 'integer' && right.type === 'integer'
    ? { from: left.value, to: right.value }
    : undefined
}

function inBounds(
  emitter: Emitter,
  { from, to }: { from: bigint; to: bigint },
  left: Code,
  at: number,
): Code {
  const name = emitter.sheet.temporary()
  if (isOpen(left.type)) {
    const { sheet } = emitter
    const js = `(${sheet.use('moreOrEqual')}(${name}=${left.js},${from}n,${at})&&${sheet.use('lessOrEqual')}(${name},${to}n,${at}))`
    return code(js, types.bool, left)
  }
  const suffix = left.small === undefined ? 'n' : ''
  return code(`((${name}=${left.js})>=${from}${suffix}&&${name}<=${to}${suffix})`, types.bool, left)
}
