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

export const emptyNode: EmptyNode = { kind: 'empty', height: 1, size: 1, nullable: true, groups: 0 }

export function literalNode(orbit: readonly number[]): LiteralNode {
  return { kind: 'literal', orbit, height: 1, size: 1, nullable: false, groups: 0 }
}

export function classNode(ranges: CodeRanges): ClassNode {
  return { kind: 'class', ranges, height: 1, size: 1, nullable: false, groups: 0 }
}

export function assertionNode(assertion: Assertion): AssertionNode {
  return { kind: 'assertion', assertion, height: 1, size: 1, nullable: true, groups: 0 }
}

export function groupNode(index: number, body: RegexNode): GroupNode {
  const { height, size, nullable, groups } = body
  return {
    kind: 'group',
    index,
    body,
    height: height + 1,
    size: size + 2,
    nullable,
    groups: groups + 1,
  }
}

/** The parts one after another, without sequences in the sequence; the part itself where there is only one. */
export function sequenceNode(parts: readonly RegexNode[]): RegexNode {
  const [only] = parts
  if (only === undefined) return emptyNode
  if (parts.length === 1) return only
  const nested = parts.some((part) => part.kind === 'sequence')
  const items = nested ? parts.flatMap((part) => (part.kind === 'sequence' ? part.items : [part])) : parts
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
  return { kind: 'sequence', items, height: height + 1, size, nullable, groups }
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
  return { kind: 'choice', items, height: height + 1, size, nullable, groups }
}

/** The body from `min` to `max` times. */
export function repeatNode(body: RegexNode, min: number, max: number, greedy: boolean): RegexNode {
  if (min === 1 && max === 1) return body
  if (max === 0 && body.groups === 0) return emptyNode
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
  }
}
