import type { CodeRanges } from '../syntax/code-ranges.ts'
import {
  choiceNode,
  groupNode,
  type RegexNode,
  repeatNode,
  type SequenceNode,
  sequenceNode,
} from '../syntax/node.ts'

/**
 * The expression with what neighbouring alternatives begin with in common written once: `(h:){7}x|(h:){6}y` as
 * `(h:){6}(?:h:x|y)`, so that a text that does not begin so is refused once instead of by each. Only what can match in
 * one way at each place is taken out, so that the order in which ways are tried stays.
 */
export function factorChoices(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'group': {
      const body = factorChoices(node.body)
      return body === node.body ? node : groupNode(node.index, body)
    }
    case 'repeat': {
      const body = factorChoices(node.body)
      return body === node.body ? node : repeatNode(body, node.min, node.max, node.greedy)
    }
    case 'sequence': {
      const items = node.items.map(factorChoices)
      return items.every((item, at) => item === node.items[at]) ? node : sequenceNode(items)
    }
    case 'choice': {
      const factored = node.items.map(factorChoices)
      const items = factorItems(factored)
      return items.every((item, at) => item === node.items[at]) ? node : choiceNode(items)
    }
    default:
      return node
  }
}

function factorItems(items: readonly RegexNode[]): RegexNode[] {
  const factored: RegexNode[] = []
  for (let at = 0; at < items.length;) {
    const item = items[at] as RegexNode
    const head = headOf(item)
    const rests = head === null ? [] : restsAfter(head, items.slice(at))
    if (head === null || rests.length < 2) factored.push(item)
    else factored.push(sequenceNode([head, choiceNode(factorItems(rests))]))
    at += Math.max(1, rests.length)
  }
  return factored
}

/** What the first of the items have left after the head that all of them begin with. */
function restsAfter(head: RegexNode, items: readonly RegexNode[]): RegexNode[] {
  const rests: RegexNode[] = []
  for (const item of items) {
    const rest = restAfter(head, item)
    if (rest === null) break
    rests.push(rest)
  }
  return rests
}

/** What an item begins with, if that can match in one way only. */
function headOf(item: RegexNode): RegexNode | null {
  const first = item.kind === 'sequence' ? item.items[0] : item
  if (first === undefined) return null
  const head = first.kind === 'repeat' && first.min > 0 ? first.body : first
  return head.kind !== 'empty' && head.groups === 0 && hasOneEnd(head) ? head : null
}

/** The item without the head that it begins with; null if it does not. */
function restAfter(head: RegexNode, item: RegexNode): RegexNode | null {
  const items = item.kind === 'sequence' ? item.items : [item]
  const [first] = items
  if (first === undefined) return null
  if (isSame(first, head)) return sequenceNode(items.slice(1))
  if (first.kind === 'repeat' && first.min > 0 && isSame(first.body, head)) {
    const { body, min, max, greedy } = first
    return sequenceNode([repeatNode(body, min - 1, max - 1, greedy), ...items.slice(1)])
  }
  // A sequence that is repeated once has become part of the one around it.
  if (head.kind !== 'sequence' || !beginsWith(items, head)) return null
  return sequenceNode(items.slice(head.items.length))
}

function beginsWith(items: readonly RegexNode[], head: SequenceNode): boolean {
  return (
    items.length >= head.items.length && head.items.every((part, at) => isSame(part, items[at] as RegexNode))
  )
}

/** Whether all ways in which it matches at a place end at the same. */
function hasOneEnd(node: RegexNode): boolean {
  switch (node.kind) {
    case 'sequence':
      return node.items.every((item, at) => hasOneEnd(item) || isEndedBy(item, node.items[at + 1]))
    case 'repeat':
      return node.min === node.max && hasOneEnd(node.body)
    case 'group':
    case 'choice':
      return false
    default:
      return true
  }
}

/** Whether a repeat of single characters ends where the next node begins, as it cannot take what that begins with. */
function isEndedBy(node: RegexNode, next: RegexNode | undefined): boolean {
  if (node.kind !== 'repeat' || next === undefined) return false
  const taken = charactersOf(node.body)
  const after = charactersOf(next)
  return taken !== null && after !== null && areDisjoint(taken, after)
}

/** The characters of a node that takes one; null for any other. */
function charactersOf(node: RegexNode): CodeRanges | null {
  if (node.kind === 'class') return node.ranges
  return node.kind === 'literal' ? node.orbit.flatMap((codePoint) => [codePoint, codePoint]) : null
}

function areDisjoint(a: CodeRanges, b: CodeRanges): boolean {
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0; j < b.length; j += 2) {
      if ((a[i] ?? 0) <= (b[j + 1] ?? 0) && (b[j] ?? 0) <= (a[i + 1] ?? 0)) return false
    }
  }
  return true
}

function isSame(a: RegexNode, b: RegexNode): boolean {
  if (a === b) return true
  if (a.height !== b.height || a.size !== b.size) return false
  if (a.kind === 'literal') return b.kind === 'literal' && areEqual(a.orbit, b.orbit)
  if (a.kind === 'class') return b.kind === 'class' && areEqual(a.ranges, b.ranges)
  if (a.kind === 'assertion') return b.kind === 'assertion' && a.assertion === b.assertion
  if (a.kind === 'repeat') {
    const isLike = b.kind === 'repeat' && a.min === b.min && a.max === b.max && a.greedy === b.greedy
    return isLike && isSame(a.body, b.body)
  }
  if (a.kind !== 'sequence' && a.kind !== 'choice') return a.kind === b.kind && a.kind === 'empty'
  return (
    a.kind === b.kind &&
    a.items.length === b.items.length &&
    a.items.every((item, at) => isSame(item, b.items[at] as RegexNode))
  )
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at])
}
