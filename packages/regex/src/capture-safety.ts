import type { RegexNode } from './node.ts'

/**
 * Whether JavaScript gives the groups inside a repeated body the text that RE2 gives them. JavaScript forgets
 * them at each new round and RE2 keeps the last one set, so every round must set every group. A body that can
 * be empty has a last round in RE2 that JavaScript leaves out.
 */
export function keepsCaptures(body: RegexNode): boolean {
  const inside = countGroups(body)
  return inside === 0 || (!body.nullable && groupsAlwaysSet(body).size === inside)
}

/** Number of capturing groups in the node. */
export function countGroups(node: RegexNode): number {
  switch (node.kind) {
    case 'group':
      return 1 + countGroups(node.body)
    case 'repeat':
      return countGroups(node.body)
    case 'sequence':
    case 'choice':
      return node.items.reduce((sum, item) => sum + countGroups(item), 0)
    default:
      return 0
  }
}

function groupsAlwaysSet(node: RegexNode): ReadonlySet<number> {
  switch (node.kind) {
    case 'group':
      return new Set([node.index, ...groupsAlwaysSet(node.body)])
    case 'repeat':
      return node.min === 0 ? noGroups : groupsAlwaysSet(node.body)
    case 'sequence':
      return new Set(node.items.flatMap((item) => [...groupsAlwaysSet(item)]))
    case 'choice':
      return node.items.map(groupsAlwaysSet).reduce(intersection)
    default:
      return noGroups
  }
}

const noGroups: ReadonlySet<number> = new Set()

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...a].filter((index) => b.has(index)))
}

/**
 * Whether the way to match nothing is the last that the node tries. A loop over such a body ends alike in RE2,
 * which leaves the loop after an empty round, and in JavaScript, which takes an empty round back.
 */
export function triesEmptyLast(node: RegexNode): boolean {
  if (!node.nullable) return true
  switch (node.kind) {
    case 'group':
      return triesEmptyLast(node.body)
    case 'sequence':
      return node.items.every(triesEmptyLast)
    case 'choice':
      return (
        node.items.every((item, index) => !item.nullable || index === node.items.length - 1) &&
        triesEmptyLast(node.items[node.items.length - 1] ?? node)
      )
    case 'repeat':
      return node.greedy && triesEmptyLast(node.body)
    default:
      return true
  }
}
