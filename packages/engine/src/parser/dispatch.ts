import { constantTests } from '@tocsin/expr'
import type { Event } from '../event.ts'
import type { ParserNode } from './node.ts'

type FieldMap = 'parsed' | 'meta' | 'enriched' | 'labels'

/** A field that filters begin with, what each node wants of it, and the nodes that pass for values seen lately. */
interface Field {
  readonly map: FieldMap
  readonly key: string
  readonly tests: { readonly node: number; readonly holds: (value: string) => boolean }[]
  readonly masks: Map<string, Uint32Array>
}

// Program names and the like come from the log, and so from whoever writes it.
const maxRemembered = 1024
const maxRememberedLength = 256

/**
 * Finds the nodes of a stage that an event can pass without running the filters of the others. Many begin with a test
 * such as `evt.Parsed.program == 'sshd'`: each value of those fields gives a set of nodes, and they are intersected.
 */
export class NodeDispatch {
  private readonly fields: readonly Field[]
  private readonly current: string[]
  private readonly all: Uint32Array
  private readonly mask: Uint32Array

  constructor(nodes: readonly ParserNode[]) {
    this.fields = collectFields(nodes)
    this.current = this.fields.map(() => '')
    this.all = new Uint32Array((nodes.length + 31) >>> 5)
    for (let node = 0; node < nodes.length; node++) this.all[node >>> 5]! |= 1 << (node & 31)
    this.mask = new Uint32Array(this.all.length)
  }

  /** Chooses the nodes for an event. */
  select(event: Event): void {
    const { fields, current, mask } = this
    mask.set(this.all)
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as Field
      const value = valueOf(field, event)
      current[index] = value
      const passing = field.masks.get(value) ?? this.classify(field, value)
      for (let word = 0; word < mask.length; word++) mask[word]! &= passing[word]!
    }
  }

  /** Chooses again where a node changed one of the fields. */
  refresh(event: Event): void {
    const { fields, current } = this
    for (let index = 0; index < fields.length; index++) {
      if (valueOf(fields[index] as Field, event) !== current[index]) {
        this.select(event)
        return
      }
    }
  }

  /** The position of the first chosen node after another (-1 for the first), or -1. */
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

  private classify(field: Field, value: string): Uint32Array {
    const passing = Uint32Array.from(this.all)
    for (const { node, holds } of field.tests) {
      if (!holds(value)) passing[node >>> 5]! &= ~(1 << (node & 31))
    }
    if (value.length > maxRememberedLength) return passing
    if (field.masks.size >= maxRemembered) field.masks.clear()
    field.masks.set(value, passing)
    return passing
  }
}

function valueOf(field: Field, event: Event): string {
  const map = field.map === 'labels' ? event.line.labels : event[field.map]
  return map.get(field.key) ?? ''
}

function collectFields(nodes: readonly ParserNode[]): Field[] {
  const fields = new Map<string, Field>()
  for (const [node, { filter }] of nodes.entries()) {
    if (filter === null) continue
    for (const test of constantTests(filter.program)) {
      const [, name = '', key = ''] =
        /^evt\.(Parsed|Meta|Enriched|Line\.Labels)\.([^.]+)$/.exec(test.path) ?? []
      const map = fieldMaps[name]
      if (map === undefined) continue
      const field: Field = fields.get(test.path) ?? { map, key, tests: [], masks: new Map() }
      fields.set(test.path, field)
      const values = new Set(test.values)
      const holds =
        test.kind === 'equals'
          ? (value: string) => values.has(value)
          : (value: string) => test.values.some((prefix) => value.startsWith(prefix))
      field.tests.push({ node, holds })
    }
  }
  return [...fields.values()]
}

const fieldMaps: Partial<Record<string, FieldMap>> = {
  Parsed: 'parsed',
  Meta: 'meta',
  Enriched: 'enriched',
  'Line.Labels': 'labels',
}
