import type { RegexNode } from '../syntax/node.ts'

/**
 * Whether JavaScript gives the groups inside a repeated body the text that RE2 gives them. JavaScript forgets
 * them at each new round and RE2 keeps the last one set, so every round must set every group. A body that can
 * be empty has a last round in RE2 that JavaScript leaves out.
 */
export function keepsCaptures(body: RegexNode): boolean {
  return body.groups === 0 || (!body.nullable && setsAllGroups(body))
}

/** Whether every way through the node sets all groups in it. */
function setsAllGroups(node: RegexNode): boolean {
  if (node.groups === 0) return true
  switch (node.kind) {
    case 'group':
      return setsAllGroups(node.body)
    case 'repeat':
      return node.min > 0 && setsAllGroups(node.body)
    case 'sequence':
      return node.items.every(setsAllGroups)
    default:
      // A choice: its other alternatives do not set the group.
      return false
  }
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
      return node.items.every((item, index) =>
        index === node.items.length - 1 ? triesEmptyLast(item) : !item.nullable,
      )
    case 'repeat':
      return node.greedy && triesEmptyLast(node.body)
    default:
      return true
  }
}
