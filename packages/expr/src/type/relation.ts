import { anyArray, byteType, type FuncType, types, type Type, unknown } from './type.ts'

/** Whether nothing is known of the value before it is there. */
export function isOpen(type: Type): boolean {
  return type.kind === 'any'
}

export function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'float'
}

export function isArray(type: Type): boolean {
  return type.kind === 'array' || type.kind === 'bytes'
}

/** The element of a list; unknown for anything else. */
export function elementOf(type: Type): Type {
  if (type.kind === 'array') return type.element
  return type.kind === 'bytes' ? byteType : unknown
}

/** What is left of a type where only its outer shape is kept: a list that an expression made is a list of any. */
export function erase(type: Type): Type {
  return type.kind === 'array' && type.loose ? anyArray : type
}

/** Whether two types are the same declared type. */
export function isSameType(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return isByteList(a, b)
  if (a.kind === 'int') return a.name === (b as typeof a).name
  if (a.kind === 'array') {
    const other = b as typeof a
    return isSameType(a.loose ? types.any : a.element, other.loose ? types.any : other.element)
  }
  if (a.kind === 'map')
    return isSameType(a.key, (b as typeof a).key) && isSameType(a.value, (b as typeof a).value)
  if (a.kind === 'struct') return a.struct === (b as typeof a).struct && a.pointer === (b as typeof a).pointer
  return a.kind === 'func' ? isSameFunction(a, b as FuncType) : true
}

/** Bytes are a list of bytes under another name. */
function isByteList(a: Type, b: Type): boolean {
  const list = a.kind === 'bytes' ? b : b.kind === 'bytes' ? a : undefined
  return list?.kind === 'array' && !list.loose && isSameType(list.element, byteType)
}

function isSameFunction(a: FuncType, b: FuncType): boolean {
  return (
    a.variadic === b.variadic &&
    a.params.length === b.params.length &&
    isSameType(a.result, b.result) &&
    a.params.every((param, index) => isSameType(param, b.params[index] ?? types.nil))
  )
}

/** Whether a value of one type may stand where the other is declared. False where either is unknown. */
export function isAssignable(from: Type, to: Type): boolean {
  if (from.kind === 'nil') return isNilable(to)
  if (from === unknown || to === unknown) return false
  return to.kind === 'any' || isSameType(from, to)
}

/** Whether nil is a value of the type as it is declared. */
export function isNilable(type: Type): boolean {
  if (type === unknown) return false
  if (type.kind === 'struct') return type.pointer
  return ['any', 'array', 'bytes', 'map', 'func', 'location'].includes(type.kind)
}

/** Whether `==` makes sense between the two. */
export function isComparable(a: Type, b: Type): boolean {
  if (isOpen(a) || isOpen(b) || a.kind === 'nil' || b.kind === 'nil') return true
  if (isNumber(a) && isNumber(b)) return true
  if (isArray(a) && isArray(b)) return true
  return isAssignable(dereferenced(a), dereferenced(b))
}

/** The struct itself where a type is a pointer to one. */
export function dereferenced(type: Type): Type {
  return type.kind === 'struct' && type.pointer ? types.struct(type.struct) : type
}

export type Category = 'bool' | 'string' | 'integer' | 'number' | 'map' | 'array' | 'time' | 'duration'

const categoryTests: Record<Category, (type: Type) => boolean> = {
  bool: ({ kind }) => kind === 'bool',
  string: ({ kind }) => kind === 'string',
  integer: ({ kind }) => kind === 'int',
  number: isNumber,
  map: ({ kind }) => kind === 'map',
  array: isArray,
  time: ({ kind }) => kind === 'time',
  duration: ({ kind }) => kind === 'duration',
}

export function isAnyOf(type: Type, ...categories: Category[]): boolean {
  return categories.some((category) => categoryTests[category](type))
}

/** Whether the operands may turn out to fit: one is open, and the other is open too or of a category. */
export function mayFit(left: Type, right: Type, ...categories: Category[]): boolean {
  if (isOpen(left)) return isOpen(right) || isAnyOf(right, ...categories)
  return isOpen(right) && isAnyOf(left, ...categories)
}

/**
 * A short name of what a value is made of, as far as list literals care: elements of one shape keep their type.
 */
export function shapeOf(type: Type): string {
  if (type === unknown || type.kind === 'nil') return 'none'
  if (type.kind === 'int') return type.name
  if (type.kind === 'struct') return type.pointer ? 'pointer' : 'struct'
  const shapes: Partial<Record<Type['kind'], string>> = {
    duration: 'int64',
    month: 'int',
    weekday: 'int',
    bytes: 'array',
    time: 'struct',
    location: 'pointer',
  }
  return shapes[type.kind] ?? type.kind
}

/** How errors name a type. */
export function describeType(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `list of ${describeType(type.element)}`
    case 'map':
      return `map of ${describeType(type.value)}`
    case 'struct':
      return type.struct.name
    case 'func':
      return 'function'
    case 'int':
      return type.name === 'uint8' ? 'byte' : type.name
    default:
      return type.kind
  }
}
