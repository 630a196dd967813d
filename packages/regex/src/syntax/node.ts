import type { CodeRanges } from './code-ranges.ts'

/** A place that must hold without taking a character. `lineStart` and `lineEnd` are `^` and `$` under `(?m)`. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'notWordBoundary'

/** What every node of a parsed expression knows about itself. */
interface Common {
  /** Levels of nodes, itself included. */
  readonly height: number
  /** States of the automaton with all counts written out. */
  readonly size: number
  /** Whether it can match without taking a character. */
  readonly nullable: boolean
  /** Number of capturing groups in it. */
  readonly groups: number
  /** Greatest product of the counts of repeats inside one another. */
  readonly counts: number
}

export interface EmptyNode extends Common {
  readonly kind: 'empty'
}

/** One character; `orbit` has more than one code point where case is ignored. Ascending, never empty. */
export interface LiteralNode extends Common {
  readonly kind: 'literal'
  readonly orbit: readonly number[]
}

/** One character out of a set, which may be empty and then never matches. */
export interface ClassNode extends Common {
  readonly kind: 'class'
  readonly ranges: CodeRanges
}

export interface AssertionNode extends Common {
  readonly kind: 'assertion'
  readonly assertion: Assertion
}

/** A capturing group, numbered from 1. */
export interface GroupNode extends Common {
  readonly kind: 'group'
  readonly index: number
  readonly body: RegexNode
}

export interface SequenceNode extends Common {
  readonly kind: 'sequence'
  readonly items: readonly RegexNode[]
}

/** Alternatives, the preferred one first. */
export interface ChoiceNode extends Common {
  readonly kind: 'choice'
  readonly items: readonly RegexNode[]
}

/** `max` is Infinity where there is none. */
export interface RepeatNode extends Common {
  readonly kind: 'repeat'
  readonly body: RegexNode
  readonly min: number
  readonly max: number
  readonly greedy: boolean
}

export type RegexNode =
  EmptyNode | LiteralNode | ClassNode | AssertionNode | GroupNode | SequenceNode | ChoiceNode | RepeatNode

export const emptyNode: EmptyNode = {
  kind: 'empty',
  height: 1,
  size: 1,
  nullable: true,
  groups: 0,
  counts: 1,
}

export function literalNode(orbit: readonly number[]): LiteralNode {
  return { kind: 'literal', orbit, height: 1, size: 1, nullable: false, groups: 0, counts: 1 }
}

export function classNode(ranges: CodeRanges): ClassNode {
  return { kind: 'class', ranges, height: 1, size: 1, nullable: false, groups: 0, counts: 1 }
}

export function assertionNode(assertion: Assertion): AssertionNode {
  return { kind: 'assertion', assertion, height: 1, size: 1, nullable: true, groups: 0, counts: 1 }
}

export function groupNode(index: number, body: RegexNode): GroupNode {
  const { height, size, nullable, groups, counts } = body
  return {
    kind: 'group',
    index,
    body,
    height: height + 1,
    size: size + 2,
    nullable,
    groups: groups + 1,
    counts,
  }
}

/** The parts one after another, as flat as can be; the part itself where there is only one. */
export function sequenceNode(parts: readonly RegexNode[]): RegexNode {
  const [only] = parts
  if (only === undefined) return emptyNode
  if (parts.length === 1) return only
  const items = needsTidying(parts) ? tidy(parts) : parts
  const [first] = items
  if (items.length === 1 && first) return first
  let height = 0
  let size = 0
  let nullable = true
  let groups = 0
  for (const item of items) {
    if (item.height > height) height = item.height
    size += item.size
    nullable = nullable && item.nullable
    groups += item.groups
  }
  return {
    kind: 'sequence',
    items,
    height: height + 1,
    size,
    nullable,
    groups,
    counts: greatestCounts(parts),
  }
}

function needsTidying(parts: readonly RegexNode[]): boolean {
  return parts.some(
    (part, index) =>
      part.kind === 'sequence' || (part.kind === 'assertion' && isAssertion(parts[index - 1], part)),
  )
}

/** The parts without sequences among them, and without assertions that repeat the one before. */
function tidy(parts: readonly RegexNode[]): RegexNode[] {
  const items = parts.flatMap((part) => (part.kind === 'sequence' ? part.items : [part]))
  return items.filter((item, index) => item.kind !== 'assertion' || !isAssertion(items[index - 1], item))
}

function isAssertion(node: RegexNode | undefined, { assertion }: AssertionNode): boolean {
  return node?.kind === 'assertion' && node.assertion === assertion
}

/** One of the items; the item itself where there is only one. */
export function choiceNode(items: readonly RegexNode[]): RegexNode {
  const [only] = items
  if (only === undefined) return emptyNode
  if (items.length === 1) return only
  let height = 0
  let size = 0
  let nullable = false
  let groups = 0
  for (const item of items) {
    if (item.height > height) height = item.height
    size += item.size + 1
    nullable = nullable || item.nullable
    groups += item.groups
  }
  return { kind: 'choice', items, height: height + 1, size, nullable, groups, counts: greatestCounts(items) }
}

function greatestCounts(nodes: readonly RegexNode[]): number {
  let greatest = 1
  for (const { counts } of nodes) if (counts > greatest) greatest = counts
  return greatest
}

/** The body from `min` to `max` times, in the simplest form that means the same. */
export function repeatNode(body: RegexNode, min: number, max: number, greedy: boolean): RegexNode {
  const counts = isCounted(min, max) ? body.counts * (max === Infinity ? min : max) : body.counts
  if (max === 0 && body.groups === 0) return emptyNode
  if (min === 1 && max === 1) return body
  // What takes nothing holds as often as one likes, or need not hold at all.
  if (body.groups === 0 && takesNothing(body)) return { ...(min === 0 ? emptyNode : body), counts }
  const copies = max === Infinity ? Math.max(1, min) : max
  return {
    kind: 'repeat',
    body,
    min,
    max,
    greedy,
    height: body.height + 1,
    size: 1 + copies * (body.size + 1),
    nullable: min === 0 || body.nullable,
    groups: body.groups,
    counts: max === 0 ? 1 : counts,
  }
}

/** Whether the repeat has a count that multiplies with those around it. */
function isCounted(min: number, max: number): boolean {
  return min >= 2 || (max >= 2 && max !== Infinity)
}

function takesNothing(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return true
    case 'literal':
    case 'class':
      return false
    case 'sequence':
    case 'choice':
      return node.nullable && node.items.every(takesNothing)
    default:
      return node.nullable && takesNothing(node.body)
  }
}
