import type { Environment } from '@tocsin/expr'
import type { Event } from '../event.ts'
import { type EventField, fieldText } from '../event-field.ts'
import type { Expression } from './expression.ts'
import { computedHeadTest, constantHeadTests, type HeadTest, isDecidedBy } from './head-test.ts'

/** A field that filters begin with, what each of them wants of it, and who passes for values seen lately. */
interface Field {
  readonly field: EventField
  readonly tests: { readonly position: number; readonly test: HeadTest }[]
  readonly masks: Map<string, Uint32Array>
  /** The value that was looked up last, and who passes for it. */
  value: string | null
  passing: Uint32Array
  /** Values that were not among those seen lately. */
  misses: number
}

// Values come from the log, and so from whoever writes it.
const maxRemembered = 1024
const maxRememberedLength = 256
// A field with so many values is another one on nearly each line: looking its value up costs more than it saves.
const maxMisses = 8 * maxRemembered

/**
 * Finds those of a list of filters that an event can pass without running the others. Many filters begin with a test
 * such as `evt.Parsed.program == 'sshd'`: each value of those fields gives a set of filters, and they are intersected.
 * Holds the choice for one event at a time. The code leans on typed arrays read within their bounds.
 */
export class FilterDispatch {
  private fields: Field[]
  private readonly all: Uint32Array
  private readonly mask: Uint32Array
  /** Whether the mask is that of the values that the fields had last. */
  private isChosen = false
  /** 1 for a filter that is true wherever it is chosen. */
  private readonly decided: Uint8Array

  /** A null stands for a filter that every event passes. */
  constructor(filters: readonly (Expression | null)[], environment: Environment) {
    this.decided = new Uint8Array(filters.length)
    this.fields = collectFields(filters, environment, this.decided)
    this.all = new Uint32Array((filters.length + 31) >>> 5)
    for (let at = 0; at < filters.length; at++) this.all[at >>> 5]! |= 1 << (at & 31)
    this.mask = new Uint32Array(this.all.length)
  }

  /** Chooses the filters for an event; to be called again when the event has changed. */
  select(event: Event): void {
    const { fields } = this
    let changed = !this.isChosen
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as Field
      const value = fieldText(event, field.field)
      // Lines of the same program come in rows.
      if (value === field.value) continue
      field.value = value
      field.passing = field.masks.get(value) ?? this.classify(field, value)
      changed = true
    }
    if (changed) this.choose()
  }

  private choose(): void {
    const { fields, mask } = this
    mask.set(this.all)
    for (const { passing } of fields) {
      for (let word = 0; word < mask.length; word++) mask[word]! &= passing[word]!
    }
    this.isChosen = true
  }

  /** The position of the first chosen filter after another (-1 for the first), or -1. */
  next(after: number): number {
    const { mask } = this
    let word = (after + 1) >>> 5
    if (word >= mask.length) return -1
    let bits = mask[word]! & (-1 << ((after + 1) & 31))
    while (bits === 0) {
      if (++word >= mask.length) return -1
      bits = mask[word]!
    }
    return word * 32 + 31 - Math.clz32(bits & -bits)
  }

  /** Whether a chosen filter need not be run: its event passes. */
  isDecided(position: number): boolean {
    return this.decided[position] === 1
  }

  private classify(field: Field, value: string): Uint32Array {
    const passing = Uint32Array.from(this.all)
    for (const { position, test } of field.tests) {
      if (!test.holds(value)) passing[position >>> 5]! &= ~(1 << (position & 31))
    }
    if (++field.misses > maxMisses) this.drop(field)
    if (value.length > maxRememberedLength) return passing
    if (field.masks.size >= maxRemembered) field.masks.clear()
    field.masks.set(value, passing)
    return passing
  }

  private drop(field: Field): void {
    this.fields = this.fields.filter((other) => other !== field)
    for (const { position } of field.tests) this.decided[position] = 0
  }
}

function newField({ field }: HeadTest): Field {
  return { field, tests: [], masks: new Map(), value: null, passing: new Uint32Array(), misses: 0 }
}

function collectFields(
  filters: readonly (Expression | null)[],
  environment: Environment,
  decided: Uint8Array,
): Field[] {
  const fields = new Map<string, Field>()
  const add = (position: number, test: HeadTest): void => {
    const { path } = test
    const field = fields.get(path) ?? newField(test)
    fields.set(path, field)
    field.tests.push({ position, test })
  }
  const others: [position: number, filter: Expression][] = []
  for (const [position, filter] of filters.entries()) {
    if (filter === null) {
      decided[position] = 1
      continue
    }
    const tests = constantHeadTests(filter)
    decided[position] = isDecidedBy(filter, tests) ? 1 : 0
    for (const test of tests) add(position, test)
    if (tests.length === 0) others.push([position, filter])
  }
  // A field that no constant is compared with, such as the message, may be another one on each line.
  for (const [position, filter] of others) {
    const test = computedHeadTest(filter, environment)
    if (test !== null && fields.has(test.path)) add(position, test)
  }
  return [...fields.values()]
}
