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
  private readonly input: GrokInput
  private readonly statics: readonly Static[]

  constructor(grok: Grok, input: GrokInput, statics: readonly Static[]) {
    this.grok = grok
    this.input = input
    this.statics = statics
  }

  /** Whether it matched; its fields then overwrite those of the event, with "" where a group took no part. */
  apply(run: Run): boolean {
    const text = this.text(run)
    if (text === undefined || !this.grok.match(text, run.event.parsed)) return false
    applyStatics(this.statics, run)
    return true
  }

  private text(run: Run): string | undefined {
    const { input } = this
    if (input.kind === 'parsed') return run.event.parsed.get(input.key)
    if (input.kind === 'raw') return run.event.line.raw
    const value = input.expression.value(run)
    return value === failed ? undefined : grokText(value)
  }
}
