import { TextMap } from '@tocsin/expr'

/** Keys come from items, but an expression may take some from lines: more shapes than this are not shared. */
const maxShapes = 8192
let shapes = 0

/** The keys of a map in their order. Maps that got the same keys one after the other share their shape. */
class Shape {
  readonly keys: string[]
  readonly slots: Map<string, number>
  /** Whether other maps may have it too, so that it must not change. */
  readonly shared: boolean
  readonly #next = new Map<string, Shape>()

  constructor(keys: string[], shared: boolean) {
    this.keys = keys
    this.slots = new Map(keys.map((key, slot) => [key, slot]))
    this.shared = shared
  }

  /** The shape of maps that have one key more. */
  with(key: string): Shape {
    const known = this.#next.get(key)
    if (known) return known
    if (!this.shared) {
      this.slots.set(key, this.keys.push(key) - 1)
      return this
    }
    if (shapes >= maxShapes) return new Shape([...this.keys, key], false)
    shapes++
    const next = new Shape([...this.keys, key], true)
    this.#next.set(key, next)
    return next
  }
}

const empty = new Shape([], true)

/** Stands between values that are packed into one text. */
const separator = '\0'

/**
 * A map from texts to texts that holds its values only: its keys are those of its shape, which it shares with the maps
 * of other events. One that is kept for long holds them as a single text. To expressions it is a map like any other: a
 * missing entry is the empty text.
 */
class FieldMap {
  #shape: Shape = empty
  /** Null while the values are packed. */
  #unpacked: string[] | null = []
  #packed = ''

  get #values(): string[] {
    return (this.#unpacked ??= this.#shape === empty ? [] : this.#packed.split(separator))
  }

  /** The value at a slot of a map that is packed. */
  #packedValue(slot: number): string {
    const packed = this.#packed
    let start = 0
    for (let before = slot; before > 0; before--) start = packed.indexOf(separator, start) + 1
    const end = packed.indexOf(separator, start)
    return packed.slice(start, end < 0 ? packed.length : end)
  }

  get size(): number {
    return this.#unpacked === null ? this.#shape.keys.length : this.#unpacked.length
  }

  get missing(): string {
    return ''
  }

  get(key: string): string | undefined {
    const slot = this.#shape.slots.get(key)
    if (slot === undefined) return undefined
    return this.#unpacked === null ? this.#packedValue(slot) : this.#unpacked[slot]
  }

  has(key: string): boolean {
    return this.#shape.slots.has(key)
  }

  set(key: string, value: string): this {
    const slot = this.#shape.slots.get(key)
    if (slot === undefined) {
      this.#shape = this.#shape.with(key)
      this.#values.push(value)
    } else {
      this.#values[slot] = value
    }
    return this
  }

  delete(key: string): boolean {
    const slot = this.#shape.slots.get(key)
    if (slot === undefined) return false
    this.#shape = new Shape(
      this.#shape.keys.filter((other) => other !== key),
      false,
    )
    this.#values.splice(slot, 1)
    return true
  }

  clear(): void {
    this.#shape = empty
    this.#unpacked = []
  }

  keys(): MapIterator<string> {
    return this.#shape.keys.slice(0, this.size).values()
  }

  values(): MapIterator<string> {
    return this.#values.values()
  }

  *entries(): MapIterator<[string, string]> {
    const { keys } = this.#shape
    for (const [slot, value] of this.#values.entries()) yield [keys[slot] ?? '', value]
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries()
  }

  forEach(each: (value: string, key: string, map: Map<string, string>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this as unknown as Map<string, string>)
  }

  /** Gives the length of the text that the values become; what they were cut out of is let go. */
  pack(): number {
    const values = this.#unpacked
    if (values === null) return this.#packed.length
    const packed = values.join(separator)
    let separators = 0
    for (let at = packed.indexOf(separator); at >= 0; at = packed.indexOf(separator, at + 1)) separators++
    // A value that has the separator in it stays as it is, and so does a shape that is only this map's.
    if (separators !== Math.max(0, values.length - 1) || !this.#shape.shared) return packed.length
    this.#packed = packed
    this.#unpacked = null
    return packed.length
  }
}

// What takes maps asks for Map; nothing of Map itself is left to be called on one without its table.
Object.setPrototypeOf(FieldMap.prototype, TextMap.prototype)

/** An empty map for the fields of an event. */
export function fieldMap(): Map<string, string> {
  return new FieldMap() as unknown as Map<string, string>
}

/**
 * Makes a map of fields that will be kept as small as it gets; it can be read and written as before. Gives about how
 * many characters it holds.
 */
export function packFields(map: Map<string, string>): number {
  if ((map as object) instanceof FieldMap) return (map as unknown as FieldMap).pack()
  let length = 0
  for (const [key, value] of map) length += key.length + value.length
  return length
}

/** A map without entries that many events share: not to be written into. */
export const noFields: Map<string, string> = fieldMap()

/** The entries of a map that have one of the keys, as a map of its own; all of them, the map itself, for null. */
export function pickFields(map: Map<string, string>, keys: readonly string[] | null): Map<string, string> {
  if (keys === null) return map
  let picked: Map<string, string> | undefined
  for (const key of keys) {
    const value = map.get(key)
    if (value !== undefined) (picked ??= fieldMap()).set(key, value)
  }
  return picked ?? noFields
}

/** A map of its own with the same entries. */
export function copyFields(map: ReadonlyMap<string, string>): Map<string, string> {
  const copy = fieldMap()
  for (const [key, value] of map) copy.set(key, value)
  return copy
}

const maxShared = 1024
const shared = new Map<string, Map<string, string>>()

/** A map with the same entries that other events may have too: not to be written into. */
export function sharedFields(map: Map<string, string>): Map<string, string> {
  if (map.size === 0) return noFields
  const key = [...map].join(separator)
  const known = shared.get(key)
  if (known) return known
  if (shared.size >= maxShared) shared.clear()
  shared.set(key, map)
  return map
}
