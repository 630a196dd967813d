import { finderOf, type TextTest } from '../runtime/text-search.ts'
import { type BinaryNode, leftSpine, type Node } from '../syntax/ast.ts'
import { types, unknown } from '../type/type.ts'
import { emitBinary } from './binary.ts'
import { type Code, code, valueOf } from './code.ts'
import type { Emitter } from './emitter.ts'
import { settledKey } from './settled.ts'
import { isTextTest } from './text-search.ts'

/** From so many alternatives on one search beats as many comparisons. */
const minimumRun = 8

/** Code nests no deeper along a spine than this: the engine's parser has a stack. */
const maximumNesting = 100

/** Writes binary operators along their left operands, and `x contains "a" || x contains "b" || ...` as one search. */
export function emitSpine(emitter: Emitter, node: BinaryNode): Code {
  const spine = leftSpine(node).reverse()
  const steps: string[] = []
  let left = emitter.emit(spine[0]?.left ?? node.left)
  let nesting = 0
  let at = 0
  while (at < spine.length) {
    const link = spine[at] ?? node
    const run = runFrom(emitter, spine, at)
    const found = run?.[0] === link ? emitRun(emitter, run, left) : undefined
    if (run && found) {
      left = found
      at += run.length
    } else if (link.operator === '||' || link.operator === '&&') {
      const chain = emitChainOf(emitter, spine, at, left)
      left = chain.code
      at = chain.next
    } else {
      left = emitBinary(emitter, link, left)
      at++
    }
    if (++nesting % maximumNesting === 0) left = setAside(emitter, steps, left)
  }
  return steps.length === 0 ? left : { ...left, js: `(${steps.join()},${left.js})` }
}

/** Puts what is written so far into a temporary: the left side comes first whatever follows. */
function setAside(emitter: Emitter, steps: string[], left: Code): Code {
  const name = emitter.sheet.temporary()
  steps.push(`${name}=${left.js}`)
  const { literal: _, ...rest } = left
  return { ...rest, js: name }
}

/** Links from one on with the same `||` or `&&`, written flat. All operands but the last must be bools. */
function emitChainOf(
  emitter: Emitter,
  spine: readonly BinaryNode[],
  from: number,
  first: Code,
): { code: Code; next: number } {
  const operator = spine[from]?.operator
  const parts = [first]
  let js = ''
  let next = from
  for (let link = spine[from]; link && link.operator === operator; link = spine[next]) {
    js += emitter.bool(parts.at(-1) ?? first, link.at) + link.operator
    const run = operator === '||' ? runFrom(emitter, spine, next) : undefined
    const found = run && emitRun(emitter, run, undefined)
    parts.push(found ?? emitter.emit(link.right))
    next += found ? run.length : 1
  }
  const last = parts.at(-1) ?? first
  // The last operand is given as it is, which is a bool in all but the oddest programs.
  const type = last.type.kind === 'bool' ? types.bool : unknown
  return { code: code(`(${js}${valueOf(last)})`, type, ...parts), next }
}

/**
 * Alternatives that ask the same of the same text, joined by `||`: from a link itself, the leftmost of a chain, or
 * from its right side on. Undefined where a search is not worth it.
 */
function runFrom(emitter: Emitter, spine: readonly BinaryNode[], at: number): BinaryNode[] | undefined {
  const link = spine[at]
  if (!link || spine.length - at < minimumRun) return undefined
  const first = link.operator === '||' ? link.right : link
  const key = runKey(emitter, first)
  if (key === undefined || first.type !== 'binary') return undefined
  const run = [first]
  for (let next = spine[at + 1]; next?.operator === '||'; next = spine[at + run.length]) {
    const { right } = next
    if (right.type !== 'binary' || runKey(emitter, right) !== key) break
    run.push(right)
  }
  return run.length < minimumRun ? undefined : run
}

/** What `x contains "literal"` asks, and of what; undefined for all other nodes. */
function runKey(emitter: Emitter, node: Node): string | undefined {
  if (node.type !== 'binary' || !isTextTest(node.operator)) return undefined
  if (emitter.constantText(node.right) === undefined) return undefined
  const key = settledKey(emitter.env, node.left, true)
  return key === undefined ? undefined : node.operator + key
}

function emitRun(emitter: Emitter, run: readonly BinaryNode[], written: Code | undefined): Code | undefined {
  const [first] = run
  if (!first) return undefined
  const text = written ?? emitter.emit(first.left)
  if (text.type.kind !== 'string') return undefined
  const literals = run.map(({ right }) => emitter.constantText(right) ?? '')
  const find = emitter.sheet.constant(finderOf(first.operator as TextTest, literals))
  return code(`${find}(${text.js})`, types.bool, text)
}
