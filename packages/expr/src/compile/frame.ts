/** One JavaScript function being written: its temporaries. Predicates are functions of their own. */
export class Frame {
  readonly temporaries: string[] = []
}

/** What one element of a predicate is called in the code. */
export interface PredicateNames {
  readonly list: string
  readonly index: string
  readonly accumulator: string
}

/** Everything a program's code needs besides its text: constants, runtime functions, names in use. */
export class Sheet {
  readonly constants: unknown[] = []
  readonly runtime = new Set<string>()
  /** Whether what a run makes and looks at is counted. */
  counts = false
  #frames: Frame[] = [new Frame()]
  #next = 0

  /** The name of a constant in the code. */
  constant(value: unknown): string {
    const known = this.constants.indexOf(value)
    return `k${known >= 0 ? known : this.constants.push(value) - 1}`
  }

  /** The name of a function of the runtime in the code. */
  use(name: string): string {
    this.runtime.add(name)
    return name
  }

  temporary(): string {
    const name = `t${this.#next++}`
    this.#frames.at(-1)?.temporaries.push(name)
    return name
  }

  /** A temporary of the outermost function, which predicates see, too. */
  outerTemporary(): string {
    const name = `t${this.#next++}`
    this.#frames[0]?.temporaries.push(name)
    return name
  }

  predicateNames(): PredicateNames {
    const number = this.#next++
    return { list: `l${number}`, index: `i${number}`, accumulator: `a${number}` }
  }

  /** Writes the body of a function; what it needs of temporaries is declared at its head. */
  inFunction(parameters: string, write: () => string): string {
    const frame = new Frame()
    this.#frames.push(frame)
    const result = write()
    this.#frames.pop()
    const { temporaries } = frame
    if (temporaries.length === 0) return `(${parameters})=>(${result})`
    return `(${parameters})=>{let ${temporaries.join()};return ${result}}`
  }

  /** The temporaries of the outermost function. */
  get temporaries(): readonly string[] {
    return this.#frames[0]?.temporaries ?? []
  }
}
