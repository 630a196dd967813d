import { CompiledProgram, type Program } from '../program.ts'
import type { BinaryNode, Node } from '../syntax/ast.ts'
import { chainOf } from './chain.ts'
import { cannotFail, pathOf } from './certainty.ts'

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
  return program instanceof CompiledProgram ? testsOf(program.tree) : []
}

/** Tests without which a condition is false and did not fail on the way. */
function testsOf(node: Node): ConstantTest[] {
  if (node.type !== 'binary') return []
  if (node.operator === '&&') return testsOfAll(node)
  if (node.operator === '||') return testsOfAny(node)
  const test = testOf(node)
  return test ? [test] : []
}

function testsOfAll(node: Node): ConstantTest[] {
  const tests: ConstantTest[] = []
  for (const conjunct of chainOf(node, '&&')) {
    tests.push(...testsOf(conjunct))
    // What comes behind it is not known to be reached.
    if (!cannotFail(conjunct)) break
  }
  return tests
}

/** `x == 'a' || x == 'b' && …` is one test of x. */
function testsOfAny(node: Node): ConstantTest[] {
  const [first = [], ...others] = chainOf(node, '||').map(testsOf)
  return first.flatMap((test) => {
    const values = [...test.values]
    for (const tests of others) {
      const alike = tests.find(({ path, kind }) => path === test.path && kind === test.kind)
      if (!alike) return []
      values.push(...alike.values)
    }
    return [{ ...test, values }]
  })
}

function testOf({ operator, left, right }: BinaryNode): ConstantTest | null {
  if (operator === '==') {
    if (right.type === 'string') return test(left, 'equals', [right.value])
    return left.type === 'string' ? test(right, 'equals', [left.value]) : null
  }
  if (operator === 'startsWith' && right.type === 'string') return test(left, 'prefix', [right.value])
  if (operator !== 'in' || right.type !== 'array') return null
  const values = right.nodes.flatMap((element) => (element.type === 'string' ? [element.value] : []))
  return values.length === right.nodes.length ? test(left, 'equals', values) : null
}

function test(subject: Node, kind: ConstantTest['kind'], values: readonly string[]): ConstantTest | null {
  const path = subject.nature.kind === 'string' ? pathOf(subject) : null
  return path === null ? null : { path, kind, values }
}
