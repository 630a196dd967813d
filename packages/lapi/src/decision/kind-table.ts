import type { Decision } from './decision.ts'

/** What many decisions have in common. */
export type KindOf = Pick<Decision, 'origin' | 'scenario' | 'scope' | 'type' | 'simulated'>

/** One such thing, held once for all its decisions. */
export interface Kind extends KindOf {
  readonly number: number
  /** How many decisions are of it. */
  count: number
  /** The question that was last asked about it, and its answer: readers ask the same for each decision. */
  lastAsked: object | null
  lastAnswer: boolean
}

/** How many decisions in force share scenario, origin and type. */
export interface TallyEntry {
  readonly scenario: string
  readonly origin: string
  readonly type: string
  readonly count: number
}

const fewKinds = 10_000

/** The kinds of the decisions that are held, named by numbers. A kind goes with its last decision. */
export class KindTable {
  readonly #byKey = new Map<string, Kind>()
  readonly #kinds: (Kind | undefined)[] = []
  readonly #free: number[] = []
  #last: Kind | undefined

  /** The kind of a decision, with one decision more. */
  take(decision: KindOf): Kind {
    const last = this.#last
    const kind = last && last.count > 0 && isSame(last, decision) ? last : this.#find(decision)
    kind.count++
    this.#last = kind
    return kind
  }

  get(number: number): Kind {
    const kind = this.#kinds[number]
    if (!kind) throw new RangeError(`there is no kind ${number}`)
    return kind
  }

  /** Takes one decision away. */
  drop(number: number): void {
    const kind = this.get(number)
    if (--kind.count > 0) return
    this.#byKey.delete(keyOf(kind))
    this.#kinds[number] = undefined
    this.#free.push(number)
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Whether the test accepts one of them; true, too, where there are so many that asking takes long. */
  some(test: (kind: Kind) => boolean): boolean {
    return this.size > fewKinds || this.#byKey.values().some(test)
  }

  /** Counted as the decisions come and go, so that nobody has to go through them. */
  get tally(): TallyEntry[] {
    const entries = new Map<string, TallyEntry>()
    for (const { origin, scenario, type, count } of this.#byKey.values()) {
      const key = JSON.stringify([origin, scenario, type])
      entries.set(key, { origin, scenario, type, count: count + (entries.get(key)?.count ?? 0) })
    }
    return [...entries.values()]
  }

  #find(decision: KindOf): Kind {
    const key = keyOf(decision)
    const known = this.#byKey.get(key)
    if (known) return known
    const { origin, scenario, scope, type, simulated } = decision
    const number = this.#free.pop() ?? this.#kinds.length
    const memo = { count: 0, lastAsked: null, lastAnswer: false }
    const kind: Kind = { number, origin, scenario, scope, type, simulated, ...memo }
    this.#kinds[number] = kind
    this.#byKey.set(key, kind)
    return kind
  }
}

function isSame(one: KindOf, other: KindOf): boolean {
  return (
    one.scenario === other.scenario &&
    one.origin === other.origin &&
    one.type === other.type &&
    one.scope === other.scope &&
    one.simulated === other.simulated
  )
}

/** Lengths before the texts: whatever stands in them, no two kinds have the same key. */
function keyOf({ origin, scenario, scope, type, simulated }: KindOf): string {
  return `${origin.length} ${scope.length} ${type.length} ${simulated ? 1 : 0} ${origin}${scope}${type}${scenario}`
}
