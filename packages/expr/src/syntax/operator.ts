export interface Precedence {
  readonly precedence: number
  readonly rightToLeft?: boolean
}

/** Operators before an operand. */
export const unaryOperators: ReadonlyMap<string, number> = new Map([
  ['not', 50],
  ['!', 50],
  ['-', 90],
  ['+', 90],
])

/** Operators between operands; a higher number binds closer. */
export const binaryOperators: ReadonlyMap<string, Precedence> = new Map<string, Precedence>([
  ['|', { precedence: 0 }],
  ['or', { precedence: 10 }],
  ['||', { precedence: 10 }],
  ['and', { precedence: 15 }],
  ['&&', { precedence: 15 }],
  ['==', { precedence: 20 }],
  ['!=', { precedence: 20 }],
  ['<', { precedence: 20 }],
  ['>', { precedence: 20 }],
  ['>=', { precedence: 20 }],
  ['<=', { precedence: 20 }],
  ['in', { precedence: 20 }],
  ['matches', { precedence: 20 }],
  ['contains', { precedence: 20 }],
  ['startsWith', { precedence: 20 }],
  ['endsWith', { precedence: 20 }],
  ['..', { precedence: 25 }],
  ['+', { precedence: 30 }],
  ['-', { precedence: 30 }],
  ['*', { precedence: 60 }],
  ['/', { precedence: 60 }],
  ['%', { precedence: 60 }],
  ['**', { precedence: 100, rightToLeft: true }],
  ['^', { precedence: 100, rightToLeft: true }],
  ['??', { precedence: 500 }],
])

/** Comparisons that may be chained: `1 < x <= 5` means `1 < x && x <= 5`. */
export const chainableComparisons: ReadonlySet<string> = new Set(['<', '>', '<=', '>='])

/** Operators that `not` may stand directly before, as in `a not in b`. */
export const negatableOperators: ReadonlySet<string> = new Set([
  'contains',
  'matches',
  'startsWith',
  'endsWith',
  'in',
])

/** Words that are operators wherever they stand. */
export const wordOperators: ReadonlySet<string> = new Set([
  'not',
  'in',
  'or',
  'and',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  'let',
  'if',
  'else',
])
