/** How a scalar was written: it decides where its text begins. */
export type ScalarStyle = 'plain' | 'quoted' | 'block'

/** A value that is neither a map nor a list. */
export class YamlScalar {
  readonly kind = 'scalar'
  /** Offset of its first character in the file: the quote of quoted text, the `|` of a block. */
  readonly start: number
  readonly style: ScalarStyle
  /** What it means by YAML 1.1: text, a number, a boolean, null, or a date. */
  readonly value: unknown
  /** The text it was written with, without quotes and escapes. */
  readonly source: string

  constructor(start: number, style: ScalarStyle, value: unknown, source: string) {
    this.start = start
    this.style = style
    this.value = value
    this.source = source
  }

  plain(): unknown {
    return this.value
  }
}

export class YamlList {
  readonly kind = 'list'
  readonly start: number
  readonly items: readonly YamlNode[]
  readonly #plain: (() => unknown) | undefined

  constructor(start: number, items: readonly YamlNode[], plain?: () => unknown) {
    this.start = start
    this.items = items
    this.#plain = plain
  }

  /** The value as plain JavaScript. */
  plain(): unknown {
    return this.#plain ? this.#plain() : this.items.map((item) => item.plain())
  }
}

/** A key with its value, in the order of the file. */
export interface YamlPair {
  readonly key: YamlNode
  /** The text of the key: `404: x` has the name "404". */
  readonly name: string
  readonly value: YamlNode
}

export class YamlMap {
  readonly kind = 'map'
  readonly start: number
  readonly pairs: readonly YamlPair[]
  readonly #plain: (() => unknown) | undefined

  constructor(start: number, pairs: readonly YamlPair[], plain?: () => unknown) {
    this.start = start
    this.pairs = pairs
    this.#plain = plain
  }

  /** The value of the key that is this text; undefined where there is none. */
  get(key: string): YamlNode | undefined {
    return this.pairs.find((pair) => pair.key.kind === 'scalar' && pair.key.value === key)?.value
  }

  /** The value as plain JavaScript; keys become text. */
  plain(): unknown {
    return this.#plain ? this.#plain() : plainObject(this.pairs)
  }
}

/** A value of a YAML document with the place where it stands. */
export type YamlNode = YamlScalar | YamlList | YamlMap

function plainObject(pairs: readonly YamlPair[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const { key, value } of pairs) {
    const name =
      key.kind === 'scalar' && key.value !== null ? `${key.value as string | number | boolean}` : ''
    const entry = value.plain()
    if (name === '__proto__') {
      Object.defineProperty(object, name, {
        value: entry,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    } else {
      object[name] = entry
    }
  }
  return object
}
