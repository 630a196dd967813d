import { operation, type Program } from './program.ts'

/** The edges of a program turned round: for each instruction, those that lead to it. */
export class SourceEdges {
  /** Those that lead to instruction `i` are `sources` from `starts[i]` up to `starts[i + 1]`. */
  readonly starts: Int32Array
  readonly sources: Int32Array

  constructor({ operations, x, y }: Program) {
    const size = operations.length
    // Counted one place further on, so that filling in moves each start to its final place.
    const starts = new Int32Array(size + 2)
    for (let source = 1; source < size; source++) {
      count(starts, y[source] ?? 0)
      if (operations[source] === operation.split) count(starts, x[source] ?? 0)
    }
    for (let i = 2; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0)
    const sources = new Int32Array(starts[size + 1] ?? 0)
    for (let source = 1; source < size; source++) {
      place(starts, sources, y[source] ?? 0, source)
      if (operations[source] === operation.split) place(starts, sources, x[source] ?? 0, source)
    }
    this.starts = starts
    this.sources = sources
  }
}

function count(starts: Int32Array, target: number): void {
  starts[target + 2] = (starts[target + 2] ?? 0) + 1
}

function place(starts: Int32Array, sources: Int32Array, target: number, source: number): void {
  const free = starts[target + 1] ?? 0
  sources[free] = source
  starts[target + 1] = free + 1
}
