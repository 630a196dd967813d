export type TokenKind = 'identifier' | 'number' | 'string' | 'bytes' | 'operator' | 'bracket' | 'end'

/** One word of a source. `value` of strings and bytes is unescaped; bytes hold one byte in each UTF-16 unit. */
export interface Token {
  readonly kind: TokenKind
  readonly value: string
  /** UTF-16 offset of its first character. */
  readonly at: number
}

/** How a token is named in an error. */
export function describeToken(token: Token): string {
  if (token.kind === 'end') return 'end of the expression'
  if (token.kind === 'string' || token.kind === 'bytes') return `${token.kind} ${JSON.stringify(token.value)}`
  return `"${token.value}"`
}
