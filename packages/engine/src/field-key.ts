import type { FieldMap, Shape } from './field-map.ts'

/** What is known of a key in maps of one shape. */
interface Place {
  readonly shape: Shape
  /** Where its value is; -1 where they do not have it. */
  readonly slot: number
  /** The shape of those that get it; null until one has. */
  next: Shape | null
}

/** Shapes that are remembered, a power of two. */
const places = 16

/**
 * Reads and writes one key in the maps of many events. Those come in a few shapes: the key's place in each is remembered,
 * so that finding it costs a comparison instead of a look-up. Any other map is asked as it is.
 */
export class FieldKey {
  readonly key: string
  #places: (Place | undefined)[] | null = null

  constructor(key: string) {
    this.key = key
  }

  /** The value, undefined where there is none. */
  get(map: ReadonlyMap<string, string>): string | undefined {
    const fields = map as ReadonlyMap<string, string> & Partial<FieldMap>
    const { shape } = fields
    if (shape === undefined) return map.get(this.key)
    const { slot } = this.#placeIn(shape)
    if (slot < 0) return undefined
    return fields.slots?.[slot] ?? map.get(this.key)
  }

  /** The value, empty where there is none. */
  text(map: ReadonlyMap<string, string>): string {
    return this.get(map) ?? ''
  }

  set(map: Map<string, string>, value: string): void {
    const { shape } = map as Map<string, string> & Partial<FieldMap>
    if (shape?.shared !== true) {
      map.set(this.key, value)
      return
    }
    const fields = map as unknown as FieldMap
    const place = this.#placeIn(shape)
    if (place.slot >= 0) {
      fields.unpack()[place.slot] = value
    } else if (place.next !== null) {
      fields.append(value, place.next)
    } else {
      map.set(this.key, value)
      if (fields.shape.shared) place.next = fields.shape
    }
  }

  #placeIn(shape: Shape): Place {
    const known = this.#places?.[shape.number & (places - 1)]
    return known?.shape === shape ? known : this.#learn(shape)
  }

  #learn(shape: Shape): Place {
    const place: Place = { shape, slot: shape.slots.get(this.key) ?? -1, next: null }
    // A shape that only one map has may change.
    if (shape.shared) {
      this.#places ??= Array.from({ length: places })
      this.#places[shape.number & (places - 1)] = place
    }
    return place
  }
}
