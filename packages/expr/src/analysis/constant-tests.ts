import { CompiledProgram, type Program } from '../program.ts'
import type { BinaryNode, Node } from '../syntax/ast.ts'
import { chainOf } from './chain.ts'
import { cannotFail, isSafeValue, pathOf } from './certainty.ts'
import { type Surroundings, surroundingsOf, withLet } from './surroundings.ts'

/** A test that must hold for a program to be true. */
export interface ConstantTest {
  /** What is tested, as the source writes it without blanks: `evt.Parsed.program`. */
  readonly path: string
  /** `equals`: the value is one of `values`. `prefix`: it begins with one of them. */
  readonly kind: 'equals' | 'prefix'
  readonly values: readonly string[]
}

/**
 * The tests of constants that a filter begins with: where one of them does not hold the program is false, and
 * nothing that it evaluates before can fail. A missing entry of a map is the empty string. They serve to look
 * filters up by what they want.
 */
export function constantTests(program: Program): readonly ConstantTest[] {
  return program instanceof CompiledProgram ? testsOf(program.tree, surroundingsOf(program)) : []
}

/** Whether a condition is a test of a field's whole values and nothing else. */
export function isConstantTest(node: Node, around: Surroundings): boolean {
  if (node.type !== 'binary') return false
  return node.operator === '||'
    ? chainOf(node, '||').every((part) => part.type === 'binary' && testOf(part, around)?.kind === 'equals')
    : testOf(node, around)?.kind === 'equals'
}

/** Tests without which a condition is false and did not fail on the way. */
export function testsOf(node: Node, around: Surroundings): ConstantTest[] {
  if (node.type === 'let') {
    const { name, value, body } = node
    return isSafeValue(value, around) ? testsOf(body, withLet(around, name, value)) : []
  }
  if (node.type === 'conditional') {
    const { condition, whenFalse } = node
    return whenFalse.type === 'bool' && !whenFalse.value ? testsOf(condition, around) : []
  }
  if (node.type !== 'binary') return []
  if (node.operator === '&&') return testsOfAll(node, around)
  if (node.operator === '||') return testsOfAny(node, around)
  const test = testOf(node, around)
  return test ? [test] : []
}

function testsOfAll(node: Node, around: Surroundings): ConstantTest[] {
  const conjuncts = chainOf(node, '&&').map((part) => ({ part, tests: testsOf(part, around) }))
  const last = conjuncts.findLastIndex(({ tests }) => tests.length > 0)
  const found: ConstantTest[] = []
  for (const [index, { part, tests }] of conjuncts.entries()) {
    found.push(...tests)
    // What comes behind one that may fail is not known to be reached.
    if (index >= last || !cannotFail(part, around)) break
  }
  return found
}

/** `x == 'a' || x == 'b' && …` is one test of x. */
function testsOfAny(node: Node, around: Surroundings): ConstantTest[] {
  const [first, ...others] = chainOf(node, '||')
  let found = first ? testsOf(first, around).map((test) => ({ ...test, values: [...test.values] })) : []
  for (const other of others) {
    if (found.length === 0) break
    const tests = testsOf(other, around)
    found = found.filter(({ path, kind, values }) => {
      const alike = tests.find((test) => test.path === path && test.kind === kind)
      if (alike) values.push(...alike.values)
      return alike !== undefined
    })
  }
  return found
}

function testOf({ operator, left, right }: BinaryNode, around: Surroundings): ConstantTest | null {
  if (operator === '==') {
    if (right.type === 'string') return test(left, 'equals', [right.value], around)
    return left.type === 'string' ? test(right, 'equals', [left.value], around) : null
  }
  if (operator === 'startsWith' && right.type === 'string') {
    return test(left, 'prefix', [right.value], around)
  }
  if (operator !== 'in' || right.type !== 'array') return null
  const values = right.nodes.flatMap((element) => (element.type === 'string' ? [element.value] : []))
  return values.length === right.nodes.length ? test(left, 'equals', values, around) : null
}

function test(
  subject: Node,
  kind: ConstantTest['kind'],
  values: readonly string[],
  around: Surroundings,
): ConstantTest | null {
  const path = subject.nature.kind === 'string' ? pathOf(subject, around) : null
  return path === null ? null : { path, kind, values }
}
