/** The maps of an event that hold texts, as expressions name them. */
export type TextMapName = 'Parsed' | 'Meta' | 'Enriched'

const mapNames: readonly TextMapName[] = ['Parsed', 'Meta', 'Enriched']

/**
 * The fields of events that somebody reads, as far as the sources of expressions tell. What nobody reads need not be
 * worked out before an event is shown to somebody. May hold too much, never too little.
 */
export class Demand {
  /** Keys by map; null for all. */
  readonly #keys = new Map<TextMapName, Set<string> | null>(mapNames.map((name) => [name, new Set<string>()]))

  /** Whether a field is read. */
  wants(map: TextMapName, key: string): boolean {
    const keys = this.#keys.get(map)
    return keys === null || keys?.has(key) === true
  }

  /** The keys of a map that are read, in no order; null for all. */
  keysOf(map: TextMapName): readonly string[] | null {
    const keys = this.#keys.get(map)
    return keys ? [...keys] : null
  }

  add(map: TextMapName, key: string): void {
    this.#keys.get(map)?.add(key)
  }

  /** Adds what an expression over `evt` reads. */
  addExpression(source: string): void {
    if (wholeEvent.test(source)) this.#addAll()
    else this.#addFields(source)
  }

  /** Adds what an expression over `evt`, `queue` and `leaky` reads. */
  addBucketExpression(source: string): void {
    if (wholeEvent.test(source) || wholeQueue.test(source)) this.#addAll()
    else this.#addFields(source)
  }

  #addAll(): void {
    for (const name of mapNames) this.#keys.set(name, null)
  }

  #addFields(source: string): void {
    for (const [name, uses] of mapUses) {
      for (const use of source.matchAll(uses)) {
        const [whole, before, dotted, quoted] = use
        const key = dotted ?? quoted ?? memberTest.exec(before ?? '')?.[1]
        if (key === undefined) this.#keys.set(name, null)
        else this.add(name, key)
        if (whole === '') break
      }
    }
    for (const [, key] of source.matchAll(/\bGetMeta\s*\(\s*(?:'([^'\\]*)'|"([^"\\]*)")?/g)) {
      if (key === undefined) this.#keys.set('Meta', null)
      else this.add('Meta', key)
    }
  }
}

/** A map by its name, with what stands right before it and the key that is taken of it. */
const mapUses = mapNames.map(
  (name) =>
    [
      name,
      new RegExp(
        `((?:'[^'\\\\]*'|"[^"\\\\]*")\\s+in\\s+[\\w#.?]*|)\\b${name}\\b` +
          `(?:\\s*\\??\\.\\s*(\\w+)|\\s*\\[\\s*(?:'|")([^'"\\\\]*)(?:'|")\\s*\\])?`,
        'g',
      ),
    ] as const,
)

/** The text of `'text' in evt.`. */
const memberTest = /^['"]([^'"]*)['"]\s+in\b/

/** `evt` that is used as a value instead of through one of its fields. */
const wholeEvent = /\bevt\b(?!\s*\??\.)|\$env\b/

/** `queue`, `leaky` or an element likewise. */
const wholeQueue = /#(?!\s*\??\.|\w)|\bqueue\b(?!\s*\??\.)|\bleaky\b(?!\s*\??\.)/
