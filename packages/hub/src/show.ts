import type { Value } from '@tocsin/expr'

const shownLength = 300

/** A value as a reader of expressions would write it, cut to a readable length. */
export function show(value: Value): string {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return Number(part)
    return part instanceof Map ? Object.fromEntries(part as Map<string, unknown>) : part
  })
  if (text === undefined) return `a ${typeof value}`
  return text.length > shownLength ? `${text.slice(0, shownLength)}...` : text
}
