import { TextMap } from '@tocsin/expr'

/** Keys come from items, but an expression may take some from lines: more shapes than this are not shared. */
const maxShapes = 8192
let shapes = 0

/** The keys of a map in their order. Maps that got the same keys one after the other share their shape. */
export class Shape {
  readonly keys: string[]
  readonly slots: Map<string, number>
  /** Whether other maps may have it too, so that it must not change. */
  readonly shared: boolean
  /** Tells apart those that are shared. */
  readonly number: number
  readonly #next = new Map<string, Shape>()

  constructor(keys: string[], shared: boolean) {
    this.keys = keys
    this.slots = new Map(keys.map((key, slot) => [key, slot]))
    this.shared = shared
    this.number = shared ? shapes++ : -1
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
 * missing entry is the empty text. Who reads or writes the same key of many maps does it through a `FieldKey`.
 */
export class FieldMap {
  shape: Shape = empty
  /** By slot; null while they are packed, and before the first. */
  slots: string[] | null = null
  #packed = ''

  /** The values by slot, to be written into. */
  unpack(): string[] {
    return (this.slots ??= this.shape === empty ? [] : this.#packed.split(separator))
  }

  /** The value at a slot of a map that is packed. */
  packedValue(slot: number): string {
    const packed = this.#packed
    let start = 0
    for (let before = slot; before > 0; before--) start = packed.indexOf(separator, start) + 1
    const end = packed.indexOf(separator, start)
    return packed.slice(start, end < 0 ? packed.length : end)
  }

  get size(): number {
    return this.shape.keys.length
  }

  get missing(): string {
    return ''
  }

  get(key: string): string | undefined {
    const slot = this.shape.slots.get(key)
    if (slot === undefined) return undefined
    return this.slots === null ? this.packedValue(slot) : this.slots[slot]
  }

  has(key: string): boolean {
    return this.shape.slots.has(key)
  }

  set(key: string, value: string): this {
    const slot = this.shape.slots.get(key)
    if (slot === undefined) this.append(value, this.shape.with(key))
    else this.unpack()[slot] = value
    return this
  }

  /** Adds the value of the key by which the shape is longer than the map's. */
  append(value: string, shape: Shape): void {
    // A list that begins with one value takes less than one that grows from none.
    if (this.slots === null && this.shape === empty) this.slots = [value]
    else this.unpack().push(value)
    this.shape = shape
  }

  delete(key: string): boolean {
    const slot = this.shape.slots.get(key)
    if (slot === undefined) return false
    this.unpack().splice(slot, 1)
    this.shape = new Shape(
      this.shape.keys.filter((other) => other !== key),
      false,
    )
    return true
  }

  clear(): void {
    this.shape = empty
    this.slots = null
    this.#packed = ''
  }

  keys(): MapIterator<string> {
    return this.shape.keys.slice().values()
  }

  values(): MapIterator<string> {
    return this.unpack().values()
  }

  *entries(): MapIterator<[string, string]> {
    const { keys } = this.shape
    for (const [slot, value] of this.unpack().entries()) yield [keys[slot] ?? '', value]
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries()
  }

  forEach(each: (value: string, key: string, map: Map<string, string>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this as unknown as Map<string, string>)
  }

  /** Gives the length of the text that the values become; what they were cut out of is let go. */
  pack(): number {
    const values = this.slots
    if (values === null) return this.#packed.length
    const packed = values.join(separator)
    let separators = 0
    for (let at = packed.indexOf(separator); at >= 0; at = packed.indexOf(separator, at + 1)) separators++
    // A value that has the separator in it stays as it is, and so does a shape that is only this map's.
    if (separators !== Math.max(0, values.length - 1) || !this.shape.shared) return packed.length
    this.#packed = packed
    this.slots = null
    return packed.length
  }
}

// What takes maps asks for Map; nothing of Map itself is left to be called on one without its table.
Object.setPrototypeOf(FieldMap.prototype, TextMap.prototype)

// Each field is written again before anything is compiled that takes it for a constant.
const settled = new FieldMap().set('', '')
settled.pack()
settled.set('', '1')
settled.clear()

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
  if (!((map as object) instanceof FieldMap)) return pickOneByOne(map, keys)
  const { shape, slots } = map as unknown as FieldMap
  if (slots === null || !shape.shared) return pickOneByOne(map, keys)
  let pick = picks.get(keys)
  if (pick?.from !== shape) picks.set(keys, (pick = pickOf(shape, keys)))
  if (pick.slots.length === 0) return noFields
  if (!pick.to.shared) return pickOneByOne(map, keys)
  const picked = new FieldMap()
  picked.slots = pick.slots.map((slot) => slots[slot] ?? '')
  picked.shape = pick.to
  return picked as unknown as Map<string, string>
}

function pickOneByOne(map: Map<string, string>, keys: readonly string[]): Map<string, string> {
  let picked: Map<string, string> | undefined
  for (const key of keys) {
    const value = map.get(key)
    if (value !== undefined) (picked ??= fieldMap()).set(key, value)
  }
  return picked ?? noFields
}

/** What picking some keys comes to for maps of one shape: the slots that are taken, and the shape that they make. */
interface Pick {
  readonly from: Shape
  readonly slots: readonly number[]
  readonly to: Shape
}

/** The latest pick by its list of keys. */
const picks = new WeakMap<readonly string[], Pick>()

function pickOf(from: Shape, keys: readonly string[]): Pick {
  const found = [...new Set(keys)].filter((key) => from.slots.has(key))
  const slots = found.map((key) => from.slots.get(key) ?? 0)
  let to = empty
  for (const key of found) to = to.with(key)
  return { from, slots, to }
}

/** A map of its own with the same entries. */
export function copyFields(map: ReadonlyMap<string, string>): Map<string, string> {
  const copy = fieldMap()
  for (const [key, value] of map) copy.set(key, value)
  return copy
}
