import type { Node } from '../syntax/ast.ts'
import { CompiledProgram, type Program } from '../program.ts'

/** A test that must hold for a program to be true. */
export interface ConstantTest {
  /** What is tested, as the source writes it without blanks: `evt.Parsed.program`. */
  readonly path: string
  /** `equals`: the value is one of `values`. `prefix`: it begins with one of them. */
  readonly kind: 'equals' | 'prefix'
  readonly values: readonly string[]
}

/**
 * The tests of constants at the head of a filter, up to the first part that is none: without one of them holding the
 * program is false, and nothing before them can fail. They serve to look filters up by what they want.
 */
export function constantTests(program: Program): readonly ConstantTest[] {
  if (!(program instanceof CompiledProgram)) return []
  const tests: ConstantTest[] = []
  for (const conjunct of conjuncts(program.tree)) {
    const test = testOf(conjunct)
    if (!test) break
    tests.push(test)
  }
  return tests
}

/** The parts of a chain of `&&`, from left to right. */
export function conjuncts(tree: Node): Node[] {
  return chainOf(tree, '&&')
}

/** The operands of a chain of one operator, from left to right. */
export function chainOf(tree: Node, operator: string): Node[] {
  const parts: Node[] = []
  const rest = [tree]
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.type === 'binary' && node.operator === operator) rest.push(node.right, node.left)
    else parts.push(node)
  }
  return parts
}

function testOf(node: Node): ConstantTest | null {
  if (node.type !== 'binary') return null
  if (node.operator === '||') return eitherOf(node)
  const { operator, left, right } = node
  if (operator === '==') {
    if (right.type === 'string') return test(left, 'equals', [right.value])
    return left.type === 'string' ? test(right, 'equals', [left.value]) : null
  }
  if (operator === 'startsWith' && right.type === 'string') return test(left, 'prefix', [right.value])
  if (operator !== 'in' || right.type !== 'array' || right.nodes.length === 0) return null
  const values = right.nodes.map((element) => (element.type === 'string' ? element.value : null))
  return values.every((value) => value !== null) ? test(left, 'equals', values) : null
}

/** `x == 'a' || x == 'b'` is one test of x. */
function eitherOf(tree: Node): ConstantTest | null {
  const tests = chainOf(tree, '||').map((node) =>
    node.type === 'binary' && node.operator === '||' ? null : testOf(node),
  )
  const [first] = tests
  if (!first) return null
  const alike = tests.every(
    (other) => other !== null && other.path === first.path && other.kind === first.kind,
  )
  return alike ? { ...first, values: tests.flatMap((other) => other?.values ?? []) } : null
}

function test(subject: Node, kind: ConstantTest['kind'], values: readonly string[]): ConstantTest | null {
  const path = subject.nature.kind === 'string' ? pathOf(subject) : null
  return path === null ? null : { path, kind, values }
}

/** `a.b.c` of plain members, which cannot fail where the checker knows them; null for anything else. */
function pathOf(node: Node): string | null {
  if (node.type === 'identifier') return node.name
  if (node.type !== 'member' || node.optional || node.property.type !== 'string') return null
  const { kind } = node.object.nature
  if (kind !== 'struct' && kind !== 'map') return null
  const object = pathOf(node.object)
  return object === null ? null : `${object}.${node.property.value}`
}
