import { type ConstantTest, constantTests } from '@tocsin/expr'
import { ClueIndex } from '../clue-index.ts'
import { usesStash, writesEvents } from '../demand/effects.ts'
import type { Event } from '../event.ts'
import { type EventField, eventField, fieldText } from '../event-field.ts'
import { conjunctsOf, isPlainTests } from '../conjuncts.ts'
import type { Scenario } from './scenario.ts'

/** A scenario that may take an event. */
export interface Candidate {
  readonly scenario: Scenario
  /** Its place in the order in which scenarios are poured. */
  readonly position: number
  /** Constant tests of the filter that the event is not yet known to pass. */
  readonly guards: readonly Guard[]
  /** Whether the filter is nothing but constant tests. */
  readonly decided: boolean
  /** Whether an expression may write into the event, or asks what other lines left behind. */
  readonly writes: boolean
  /** Whether another scenario fills the same buckets. */
  readonly shares: boolean
}

/** A field that has to have one of some values. */
interface Guard {
  readonly field: EventField
  readonly values: ReadonlySet<string>
}

/** A field of events by which scenarios are told apart, and the values that matter. */
interface Dimension {
  readonly path: string
  readonly field: EventField
  /** A number above zero for each value that some filter asks for; all others are zero. */
  readonly numbers: ReadonlyMap<string, number>
  /** What each scenario asks for, by its position; undefined where it takes any value. */
  readonly wanted: readonly (ReadonlySet<string> | undefined)[]
  /** The value that was looked up last, and its number. */
  value: string
  number: number
}

/** The scenarios whose constant tests events of some kind pass. */
interface Choice {
  /** A bit for each, by position. */
  readonly mask: Int32Array
  /** Those that the texts of the last event of the kind left of them, by bits and as a list. */
  readonly left: Int32Array
  found: readonly Candidate[]
}

/** More dimensions cost every event more than they save. */
const maxDimensions = 12
/** What event values combine to comes from the log: the memory for it is bounded. */
const maxRemembered = 4096

/**
 * Finds the scenarios whose filter can hold for an event without running the others. Most filters begin with tests
 * for constants (`evt.Meta.log_type == 'ssh'`): the fields that they ask for most are looked up, and what their
 * values combine to is worked out once. Among those left, the ones stay whose texts the event contains.
 */
export class ScenarioIndex {
  readonly #all: readonly Candidate[]
  readonly #dimensions: readonly Dimension[]
  /** By position: whether the filter begins with asking for an overflow. */
  readonly #wantsOverflow: readonly boolean[]
  readonly #clues: ClueIndex
  readonly #remembered = new Map<number, Choice>()
  #signature = Number.NaN
  #choice: Choice = { mask: new Int32Array(), left: new Int32Array(), found: [] }

  constructor(scenarios: readonly Scenario[]) {
    const tests = scenarios.map(({ filter }) => constantTests(filter))
    this.#dimensions = dimensionsOf(tests)
    this.#wantsOverflow = scenarios.map(({ filter }) =>
      overflowTest.test(conjunctsOf(filter.source)?.[0] ?? ''),
    )
    this.#clues = new ClueIndex(scenarios.map(({ filter }) => filter))
    const known = new Set(this.#dimensions.map(({ path }) => path))
    const owners = new Map<string, number>()
    for (const { sharedKey } of scenarios) owners.set(sharedKey, (owners.get(sharedKey) ?? 0) + 1)
    this.#all = scenarios.map((scenario, position) => ({
      scenario,
      position,
      guards: guardsOf(tests[position] ?? [], known),
      decided: isDecided(scenario, tests[position] ?? []),
      shares: (owners.get(scenario.sharedKey) ?? 0) > 1,
      writes: sourcesOf(scenario).some((source) => writesEvents(source) || usesStash(source)),
    }))
  }

  /**
   * The scenarios that an event's constants and texts allow, in the order in which they are poured: a list of its own
   * for each kind of answer, which stays as it is. To be asked again once the event has changed.
   */
  candidates(event: Event): readonly Candidate[] {
    const choice = this.#choose(event)
    const { mask, left } = choice
    const marks = this.#clues.read(event)
    let changed = false
    for (let word = 0; word < mask.length; word++) {
      const bits = mask[word]! & marks[word]!
      if (bits === left[word]) continue
      left[word] = bits
      changed = true
    }
    if (changed) choice.found = this.#listOf(left)
    return choice.found
  }

  #listOf(positions: Int32Array): readonly Candidate[] {
    const list: Candidate[] = []
    for (let word = 0; word < positions.length; word++) {
      for (let bits = positions[word]!; bits !== 0; bits &= bits - 1) {
        list.push(this.#all[word * 32 + 31 - Math.clz32(bits & -bits)]!)
      }
    }
    return list
  }

  /** The scenarios whose constant tests the event passes. */
  #choose(event: Event): Choice {
    const dimensions = this.#dimensions
    let signature = event.overflow === null ? 0 : 1
    for (let at = 0; at < dimensions.length; at++) {
      const dimension = dimensions[at]!
      const value = fieldText(event, dimension.field)
      if (value !== dimension.value) {
        dimension.value = value
        dimension.number = dimension.numbers.get(value) ?? 0
      }
      signature = signature * (dimension.numbers.size + 1) + dimension.number
    }
    // Lines of a kind come in rows.
    if (signature === this.#signature) return this.#choice
    const choice = this.#remembered.get(signature) ?? this.#learn(signature, event)
    this.#signature = signature
    this.#choice = choice
    return choice
  }

  #learn(signature: number, event: Event): Choice {
    const positions = this.#find(event)
    const mask = new Int32Array((this.#all.length + 31) >>> 5)
    for (const position of positions) mask[position >>> 5]! |= 1 << (position & 31)
    this.#clues.learn(positions)
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear()
    const choice: Choice = { mask, left: new Int32Array(mask.length), found: [] }
    this.#remembered.set(signature, choice)
    return choice
  }

  /** Whether a candidate's filter can hold for the event. */
  mayTake({ guards }: Candidate, event: Event): boolean {
    for (let at = 0; at < guards.length; at++) {
      const { field, values } = guards[at]!
      if (!values.has(fieldText(event, field))) return false
    }
    return true
  }

  #find(event: Event): number[] {
    const values = this.#dimensions.map(({ field }) => fieldText(event, field))
    return this.#all.flatMap(({ position }) => {
      if (event.overflow === null && this.#wantsOverflow[position] === true) return []
      const passes = this.#dimensions.every(
        ({ wanted }, at) => wanted[position]?.has(values[at] ?? '') ?? true,
      )
      return passes ? position : []
    })
  }
}

const overflowTest = /^[\s(]*evt\s*\.\s*GetType\s*\(\s*\)\s*==\s*(?:'overflow'|"overflow")[\s)]*$/

/** The expressions that see an event while it is poured. */
function sourcesOf({ document: { filter, groupby, distinct, cancelOn } }: Scenario): string[] {
  return [filter, groupby, distinct, cancelOn].flatMap((source) => source?.value ?? [])
}

/** The tests of a filter whose field the index does not look up, or of which it knows another one. */
function guardsOf(tests: readonly ConstantTest[], known: ReadonlySet<string>): Guard[] {
  const seen = new Set<string>()
  return tests.flatMap(({ path, kind, values }) => {
    const field = eventField(path)
    const isLookedUp = known.has(path) && !seen.has(path)
    seen.add(path)
    return kind !== 'equals' || field === null || isLookedUp ? [] : [{ field, values: new Set(values) }]
  })
}

/** Whether a filter is nothing but tests that the index or its guards make. */
function isDecided({ filter }: Scenario, tests: readonly ConstantTest[]): boolean {
  return (
    tests.length > 0 &&
    tests.every(({ kind, path }) => kind === 'equals' && eventField(path) !== null) &&
    isPlainTests(filter.source, tests.length)
  )
}

/** The dimensions that most filters ask for by their tests, as many as one number can tell apart. */
function dimensionsOf(testsByPosition: readonly (readonly ConstantTest[])[]): Dimension[] {
  const fields = new Map<string, Map<number, ReadonlySet<string>>>()
  for (const [position, tests] of testsByPosition.entries()) {
    for (const { path, kind, values } of tests) {
      if (kind !== 'equals') continue
      const wanted = fields.get(path) ?? new Map<number, ReadonlySet<string>>()
      fields.set(path, wanted)
      if (!wanted.has(position)) wanted.set(position, new Set(values))
    }
  }
  const byUse = [...fields].sort(([, a], [, b]) => b.size - a.size).slice(0, maxDimensions)
  const dimensions: Dimension[] = []
  // Lines and overflows are told apart, too.
  let combinations = 2
  for (const [path, tests] of byUse) {
    const field = eventField(path)
    const values = new Set([...tests.values()].flatMap((wanted) => [...wanted]))
    if (field === null) continue
    if (combinations * (values.size + 1) > Number.MAX_SAFE_INTEGER) continue
    combinations *= values.size + 1
    const numbers = new Map([...values].map((value, index) => [value, index + 1]))
    const wanted = testsByPosition.map((_, position) => tests.get(position))
    dimensions.push({ path, field, numbers, wanted, value: '', number: numbers.get('') ?? 0 })
  }
  return dimensions
}
