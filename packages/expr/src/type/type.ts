import type { StructType } from './struct-type.ts'

/** The kinds of integers that the language tells apart while checking; at run time all are bigint. */
export type IntName = 'int' | 'int64' | 'uint8'

/** Kinds without parts. `month`, `weekday` and `location` come from methods of times and from `timezone`. */
export type PlainKind =
  | 'any'
  | 'nil'
  | 'bool'
  | 'float'
  | 'string'
  | 'time'
  | 'duration'
  | 'bytes'
  | 'month'
  | 'weekday'
  | 'location'

export interface PlainType {
  readonly kind: PlainKind
}

export interface IntType {
  readonly kind: 'int'
  readonly name: IntName
}

/**
 * A list. A `loose` one was made by an expression: the checker knows its elements, but it may stand where a list
 * of any is wanted and not where a declared list of that element is.
 */
export interface ArrayType {
  readonly kind: 'array'
  readonly element: Type
  readonly loose: boolean
}

export interface MapType {
  readonly kind: 'map'
  readonly key: Type
  readonly value: Type
}

export interface FuncType {
  readonly kind: 'func'
  readonly params: readonly Type[]
  readonly result: Type
  /** Whether the last parameter may be given any number of times. */
  readonly variadic: boolean
}

export interface ObjectType {
  readonly kind: 'struct'
  readonly struct: StructType
  /** Whether the value may be nil. */
  readonly pointer: boolean
}

/** What is known of a value before the expression runs. */
export type Type = PlainType | IntType | ArrayType | MapType | FuncType | ObjectType

const plain = (kind: PlainKind): PlainType => ({ kind })

const any = plain('any')
const string = plain('string')
const int: IntType = { kind: 'int', name: 'int' }

/** The types that environments and helper functions are declared with. */
export const types = {
  any,
  nil: plain('nil'),
  bool: plain('bool'),
  int,
  /** A 64-bit integer that is not the default one: it does not pass where `int` is wanted. */
  int64: { kind: 'int', name: 'int64' } as IntType,
  float: plain('float'),
  string,
  time: plain('time'),
  duration: plain('duration'),
  bytes: plain('bytes'),
  month: plain('month'),
  weekday: plain('weekday'),
  location: plain('location'),
  array: (element: Type): ArrayType => ({ kind: 'array', element, loose: false }),
  /** A map from strings, unless another key type is given. */
  map: (value: Type, key: Type = string): MapType => ({ kind: 'map', key, value }),
  func: (params: readonly Type[], result: Type, options: { variadic?: boolean } = {}): FuncType => ({
    kind: 'func',
    params,
    result,
    variadic: options.variadic ?? false,
  }),
  struct: (struct: StructType): ObjectType => ({ kind: 'struct', struct, pointer: false }),
  /** A struct that may be nil. */
  pointer: (struct: StructType): ObjectType => ({ kind: 'struct', struct, pointer: true }),
} as const

/**
 * Nothing is known, where `types.any` says that a declaration leaves it open. The two differ in what they make of
 * the other branch of a conditional. Compare by identity.
 */
export const unknown: PlainType = plain('any')

/** Bytes of strings and byte lists, as indexing gives them. */
export const byteType: IntType = { kind: 'int', name: 'uint8' }

/** The list that an expression makes of elements of a type. */
export function looseArray(element: Type): ArrayType {
  return { kind: 'array', element, loose: true }
}

/** A list of which nothing more is known. */
export const anyArray: ArrayType = looseArray(any)

/** The map that a literal makes. */
export const anyMap: MapType = types.map(any)
