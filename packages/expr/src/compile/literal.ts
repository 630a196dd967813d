import type { Node } from '../syntax/ast.ts'

/** The JavaScript of an int. */
export function integerLiteral(value: bigint): string {
  return value < 0n ? `(${value}n)` : `${value}n`
}

/** The JavaScript of a float. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '(-Infinity)'
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : `${value}`
}

/** The values of a list of literals, or undefined where something has to be evaluated. */
export function constantList(nodes: readonly Node[]): (string | bigint | number | boolean)[] | undefined {
  const values: (string | bigint | number | boolean)[] = []
  for (const node of nodes) {
    const isLiteral = ['integer', 'float', 'string', 'bool'].includes(node.type)
    if (!isLiteral || !('value' in node) || typeof node.value === 'object') return undefined
    values.push(node.value)
  }
  return values.length > 0 ? values : undefined
}
