import type { Value } from '../value.ts'
import type { FuncType, Type } from './type.ts'

/** How a field is read: the name of a JavaScript property, or a function of the object. */
export type FieldGetter = string | ((self: never) => Value)

export interface FieldSpec {
  /** May be given lazily, for types that contain themselves. */
  readonly type: Type | (() => Type)
  readonly get: FieldGetter
}

export interface MethodSpec {
  readonly params: readonly Type[]
  readonly result: Type
  readonly variadic?: boolean
  call(self: never, ...args: never[]): Value
}

export interface Field {
  readonly name: string
  readonly type: Type
  readonly get: string | ((self: Value) => Value)
}

export interface Method {
  readonly name: string
  readonly type: FuncType
  readonly call: (self: Value, ...args: Value[]) => Value
}

/** What expressions see of a class of objects: fields by name, methods by name. Made by `structType`. */
export interface StructType {
  readonly name: string
  readonly methods: ReadonlyMap<string, Method>
  field(name: string): Field | undefined
  fieldNames(): readonly string[]
}

/**
 * The property under which a prototype says its StructType: `Event.prototype[structTypeOf] = eventType`. It lets
 * values whose static type is any resolve their fields.
 */
export const structTypeOf: unique symbol = Symbol('structTypeOf')

/** Describes a class of objects to expressions. Field and method names are what expressions write. */
export function structType(
  name: string,
  spec: { fields: Record<string, FieldSpec>; methods?: Record<string, MethodSpec> },
): StructType {
  const methods = new Map<string, Method>()
  for (const [methodName, { params, result, variadic = false, call }] of Object.entries(spec.methods ?? {})) {
    const type: FuncType = { kind: 'func', params, result, variadic }
    methods.set(methodName, { name: methodName, type, call: call as Method['call'] })
  }
  const resolved = new Map<string, Field>()
  return {
    name,
    methods,
    field(fieldName) {
      const known = resolved.get(fieldName)
      if (known) return known
      const fieldSpec = Object.hasOwn(spec.fields, fieldName) ? spec.fields[fieldName] : undefined
      if (!fieldSpec) return undefined
      const type = typeof fieldSpec.type === 'function' ? fieldSpec.type() : fieldSpec.type
      const field: Field = { name: fieldName, type, get: fieldSpec.get as Field['get'] }
      resolved.set(fieldName, field)
      return field
    },
    fieldNames: () => Object.keys(spec.fields),
  }
}

/** The StructType of a run-time object, or undefined where its prototype names none. */
export function structOf(value: object): StructType | undefined {
  return (value as { [structTypeOf]?: StructType })[structTypeOf]
}
