import type { Demand } from '../demand/demand.ts'
import { FieldKey } from '../field-key.ts'
import type { Grok } from '../grok/grok.ts'
import { type Expression, failed } from './expression.ts'
import type { Run } from './run.ts'
import { applyStatics, type Static } from './static.ts'
import { grokText } from './value-text.ts'

/** What a grok searches in: the raw line, a parsed field, or what an expression gives. */
export type GrokInput =
  | { readonly kind: 'raw' }
  | { readonly kind: 'parsed'; readonly key: string }
  | { readonly kind: 'expression'; readonly expression: Expression }

/** The grok of a node with its own statics. */
export class GrokStep {
  private readonly grok: Grok
  readonly input: GrokInput
  private readonly statics: readonly Static[]
  private leanStatics: readonly Static[]
  /** The positions of the fields that something reads; null for all. */
  private leanFields: readonly number[] | null = null
  /** Of the parsed field that is searched, if it is one. */
  private readonly key: FieldKey | null

  constructor(grok: Grok, input: GrokInput, statics: readonly Static[]) {
    this.grok = grok
    this.input = input
    this.statics = statics
    this.leanStatics = statics
    this.key = input.kind === 'parsed' ? new FieldKey(input.key) : null
  }

  /** Whether it matched; its fields then overwrite those of the event, with "" where a group took no part. */
  apply(run: Run): boolean {
    const text = this.text(run)
    if (text === undefined) return false
    if (!this.grok.match(text, run.event.parsed, run.lean ? this.leanFields : null)) return false
    applyStatics(run.lean ? this.leanStatics : this.statics, run)
    return true
  }

  /** What it has to do where nobody looks at the event yet. */
  plan(demand: Demand): void {
    this.leanStatics = this.statics.filter(({ needed }) => needed !== undefined)
    const { fields } = this.grok
    const wanted = [...fields.keys()].filter((at) => demand.wants('Parsed', fields[at] ?? ''))
    this.leanFields = wanted.length === fields.length ? null : wanted
  }

  /** Texts in lower case of which one, in any case, is in all that matches; null where there are none. */
  requiredTexts(): readonly string[] | null {
    return this.grok.requiredTexts()
  }

  /** What its input reads. */
  addReads(demand: Demand): void {
    const { input } = this
    if (input.kind === 'parsed') demand.add('Parsed', input.key)
    else if (input.kind === 'expression') demand.addExpression(input.expression.program.source)
  }

  /** Its statics, and the expression of its input. */
  get parts(): { readonly statics: readonly Static[]; readonly expressions: readonly Expression[] } {
    const { input } = this
    return { statics: this.statics, expressions: input.kind === 'expression' ? [input.expression] : [] }
  }

  private text(run: Run): string | undefined {
    const { input } = this
    if (this.key !== null) return this.key.get(run.event.parsed)
    if (input.kind === 'raw') return run.event.line.raw
    if (input.kind === 'parsed') return undefined
    const value = input.expression.value(run)
    return value === failed ? undefined : grokText(value)
  }
}
