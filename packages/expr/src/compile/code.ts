import { isOpen, isSameType } from '../type/relation.ts'
import { type Type, types, unknown } from '../type/type.ts'

/**
 * A piece of JavaScript and what is certain of its value. The types here are the emitter's own: the checker follows
 * the original in trusting some values more than it should, and code must not.
 */
export interface Code {
  readonly js: string
  readonly type: Type
  /**
   * Set on an int that is a JavaScript number here: the greatest magnitude it can have. Everything else that is
   * an int is a bigint.
   */
  readonly small?: number
  /** Set on a literal int. */
  readonly literal?: bigint
  /** Whether evaluating it may move the noted place. */
  readonly notes?: boolean
}

/** Beyond this a JavaScript number cannot tell integers apart. */
export const maxSmall = Number.MAX_SAFE_INTEGER

export function code(js: string, type: Type, ...parts: readonly Code[]): Code {
  return parts.some(({ notes }) => notes) ? { js, type, notes: true } : { js, type }
}

/** An int held as a number. */
export function smallCode(js: string, bound: number, ...parts: readonly Code[]): Code {
  return { ...code(js, types.int, ...parts), small: bound }
}

/** The JavaScript of the value as the language's contract has it: ints are bigint. */
export function valueOf({ js, small }: Code): string {
  return small === undefined ? js : `BigInt(${js})`
}

/** The JavaScript of an int as a number, or undefined where that could lose something. */
export function numberOf({ js, small, literal }: Code): string | undefined {
  if (small !== undefined) return js
  if (literal === undefined || literal > BigInt(maxSmall) || literal < -BigInt(maxSmall)) return undefined
  return literal < 0n ? `(${literal})` : `${literal}`
}

/** A type that holds for both of two values. */
export function commonType(a: Type, b: Type): Type {
  if (isOpen(a) || isOpen(b)) return unknown
  if (a.kind === 'array' && b.kind === 'array') {
    const element = commonType(a.element, b.element)
    return { kind: 'array', element, loose: a.loose || b.loose }
  }
  return isSameType(a, b) ? a : unknown
}
