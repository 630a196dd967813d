import { withoutTexts } from '../conjuncts.ts'
import { eitherOf, type When } from './occasion.ts'

/** The maps of an event that hold texts, as expressions name them. */
export type TextMapName = 'Parsed' | 'Meta' | 'Enriched'

const mapNames: readonly TextMapName[] = ['Parsed', 'Meta', 'Enriched']

/**
 * The fields of events that somebody reads, as far as the sources of expressions tell. What nobody reads need not be
 * worked out before an event is shown to somebody. May hold too much, never too little.
 */
export class Demand {
  /** When the keys of a map are read, by map; null for all of them, always. */
  readonly #keys = new Map<TextMapName, Map<string, When> | null>(
    mapNames.map((name) => [name, new Map<string, When>()]),
  )

  /** Whether a field is ever read. */
  wants(map: TextMapName, key: string): boolean {
    return this.whenWanted(map, key) !== undefined
  }

  /** When a field is read. */
  whenWanted(map: TextMapName, key: string): When {
    const keys = this.#keys.get(map)
    return keys ? keys.get(key) : null
  }

  /** The keys of a map that are ever read, in no order; null for all. */
  keysOf(map: TextMapName): readonly string[] | null {
    const keys = this.#keys.get(map)
    return keys ? [...keys.keys()] : null
  }

  add(map: TextMapName, key: string, when: When = null): void {
    const keys = this.#keys.get(map)
    if (keys) keys.set(key, eitherOf(keys.get(key), when))
  }

  /** Adds what an expression over `evt` reads, which is run on some occasions or always. */
  addExpression(source: string, when: When = null): void {
    if (wholeEvent.test(withoutTexts(source))) this.#addAll()
    else this.#addFields(source, when)
  }

  /** Adds what an expression over `evt`, `queue` and `leaky` reads. */
  addBucketExpression(source: string, when: When = null): void {
    const bare = withoutTexts(source)
    if (wholeEvent.test(bare) || usesEventsAsValues(bare)) this.#addAll()
    else this.#addFields(source, when)
  }

  #addAll(): void {
    for (const name of mapNames) this.#keys.set(name, null)
  }

  #addFields(source: string, when: When): void {
    for (const [name, uses] of mapUses) {
      for (const [, member, dotted, quoted] of source.matchAll(uses)) {
        const key = dotted ?? quoted ?? member
        if (key === undefined) this.#keys.set(name, null)
        else this.add(name, key, when)
      }
    }
    for (const [, single, double] of source.matchAll(getMeta)) {
      const key = single ?? double
      if (key === undefined) this.#keys.set('Meta', null)
      else this.add('Meta', key, when)
    }
  }
}

/**
 * A map by its name with the key that is taken of it: `.key`, `["key"]`, or the text of `"key" in evt.Map`, where
 * nothing stands before that text that could make it part of another one.
 */
const mapUses = mapNames.map(
  (name) =>
    [
      name,
      new RegExp(
        `(?:(?:^|[({!?:,;&|]|\\b(?:not|and|or))\\s*['"]([^'"\\\\]*)['"]\\s+in\\s+[\\w#.?]*|)\\b${name}\\b` +
          `(?:\\s*\\??\\.\\s*(\\w+)|\\s*\\[\\s*['"]([^'"\\\\]*)['"]\\s*\\])?`,
        'g',
      ),
    ] as const,
)

const getMeta = /\bGetMeta\s*\(\s*(?:(?:'([^'\\]*)'|"([^"\\]*)")\s*\))?/g

/** `evt` that is used as a value instead of through one of its fields. */
const wholeEvent = /\bevt\b(?!\s*\??\.)|\$env\b/

/** Functions that look at the elements of a list only through their predicate. */
const lookers = 'len|filter|map|any|all|none|one|count|find|findIndex|findLast|findLastIndex|sum'

/** Functions of values other than events. */
const harmless =
  /^(?:len|filter|map|any|all|none|one|count|find|findIndex|findLast|findLastIndex|sum|MedianInterval|AverageInterval|duration|Upper|Lower|upper|lower|int|float|min|max|mean|median|abs|Distance|GetMeta|and|or|not|in|if|let)$/

/** Whether an event of a queue, or a list of them, is used as a value instead of through fields of its elements. */
function usesEventsAsValues(bare: string): boolean {
  if (/#(?!\s*\??\.)/.test(bare)) return true
  for (const [, name = ''] of bare.matchAll(/([A-Za-z_]\w*)\s*\(/g)) if (!harmless.test(name)) return true
  const lists = [...bare.matchAll(/\blet\s+(\w+)\s*=([^;]*)/g)].flatMap(([, name = '', value = '']) =>
    /\b(?:queue|leaky)\b/.test(value) ? name : [],
  )
  const looked = new RegExp(
    `\\b(?:${lookers})\\s*\\(\\s*(?:queue\\s*\\.\\s*Queue|leaky\\s*\\.\\s*Queue\\s*\\.\\s*Queue|${['queue', ...lists].join('|')})\\b`,
    'g',
  )
  const field = /\bqueue\s*\.\s*Queue\s*\[[^\]]*\]\s*\.|\bqueue\s*\.\s*L\b|\bleaky\s*\.\s*(?!Queue\b)\w+/g
  const rest = bare
    .replaceAll(/\blet\s+\w+\s*=/g, '')
    .replaceAll(looked, '')
    .replaceAll(field, '')
  return new RegExp(`\\b(?:queue|leaky${lists.map((name) => `|${name}`).join('')})\\b`).test(rest)
}
