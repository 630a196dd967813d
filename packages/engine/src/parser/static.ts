import { TocsinError } from '@tocsin/model'
import type { Environment } from '@tocsin/expr'
import type { Demand } from '../demand/demand.ts'
import { mayHaveEffects } from '../demand/effects.ts'
import { eitherOf, type When } from '../demand/occasion.ts'
import type { EnrichMethod } from '../enrich/method.ts'
import type { Event } from '../event.ts'
import { type EventField, fieldText } from '../event-field.ts'
import { fieldOf } from '../event-reader.ts'
import { FieldKey } from '../field-key.ts'
import { type Expression, failed } from './expression.ts'
import type { Run } from './run.ts'
import { staticText } from './value-text.ts'
import type { Setter } from './target.ts'

type TextDestination = 'parsed' | 'meta' | 'enriched'

/** Where a static writes to. */
export type Destination =
  | { readonly kind: TextDestination; readonly key: string }
  | { readonly kind: 'target'; readonly set: Setter }
  | { readonly kind: 'method'; readonly method: EnrichMethod }
  | { readonly kind: 'nowhere' }

/** One assignment of a node. Empty text is never assigned: a static cannot clear a field. */
export class Static {
  /** When something may read what it assigns before the event is shown to somebody. */
  needed: When = null
  private isAlwaysNeeded = false
  private readonly constant: string
  private readonly expression: Expression | null
  private readonly destination: Destination
  /** The field whose text it takes, where its expression is nothing else. */
  private readonly field: EventField | null
  /** Writes its field of the destination. */
  private readonly access: FieldKey

  /** Takes its text from the expression, or is the constant where there is none. */
  constructor(constant: string, expression: Expression | null, destination: Destination) {
    this.constant = constant
    this.expression = expression
    this.destination = destination
    this.field = expression && fieldOf(expression.program)
    this.access = new FieldKey('key' in destination ? destination.key : '')
  }

  /** Throws PARSER_BAD_VALUE for a value that no static may have, which gives the event up. */
  apply(run: Run): void {
    const text = this.text(run)
    if (text === failed) return
    if (text === null) throw badValue(this.expression)
    if (text !== '' || acceptsEmpty(this.destination)) this.write(run, text)
  }

  /** The expression that it takes its text from; null for a constant. */
  get source(): Expression | null {
    return this.expression
  }

  /** Forgets when it is needed, to be planned anew. It is always, where it may do more than assign. */
  startPlan(environment: Environment): void {
    const { expression } = this
    const always =
      expression && (mayGiveUp(expression) || mayHaveEffects(expression.program.source, environment))
    this.needed = undefined
    this.isAlwaysNeeded = always === true
  }

  /** When it is needed by what is read so far. */
  whenWanted(demand: Demand): When {
    if (this.isAlwaysNeeded) return null
    const { destination } = this
    switch (destination.kind) {
      case 'meta':
        return demand.whenWanted('Meta', destination.key)
      case 'parsed':
        return demand.whenWanted('Parsed', destination.key)
      case 'enriched':
        return demand.whenWanted('Enriched', destination.key)
      case 'method': {
        const { sets } = destination.method
        if (sets === undefined) return null
        return sets.map((key) => demand.whenWanted('Enriched', key)).reduce(eitherOf, undefined)
      }
      default:
        return null
    }
  }

  /** If it is needed at all, it is from now on when its node works; what it reads then is added. Gives whether that is new. */
  plan(demand: Demand, when: When): boolean {
    const before = this.needed
    if (before === null || this.whenWanted(demand) === undefined) return false
    if (before !== undefined && when?.length === before.length) return false
    this.needed = when
    if (this.expression) demand.addExpression(this.expression.program.source, when)
    return true
  }

  /** Whether its method may ask the world. */
  get asksWorld(): boolean {
    return this.destination.kind === 'method' && this.destination.method.prepare !== undefined
  }

  /** Has its method ask the world ahead of `apply`; null where there is nothing to wait for. */
  prepare(run: Run): Promise<void> | null {
    if (this.destination.kind !== 'method') return null
    const text = this.text(run)
    if (typeof text !== 'string' || text === '') return null
    return this.destination.method.prepare?.(text) ?? null
  }

  private text(run: Run): string | null | typeof failed {
    if (this.field !== null) return fieldText(run.event, this.field)
    if (this.expression === null) return this.constant
    const value = this.expression.value(run)
    if (typeof value === 'string' || value === failed) return value
    return staticText(value, this.expression.program.resultType)
  }

  private write(run: Run, text: string): void {
    const { event } = run
    const { destination } = this
    switch (destination.kind) {
      case 'meta':
      case 'parsed':
      case 'enriched':
        this.access.set(mapOf(event, destination.kind), text)
        return
      case 'target':
        if (!destination.set(event, text)) run.fault('target')
        return
      case 'method':
        if (!destination.method.enrich(text, event)) run.fault('method')
        return
      case 'nowhere':
        run.fault('target')
    }
  }
}

function mapOf(event: Event, name: TextDestination): Map<string, string> {
  if (name === 'meta') return event.meta
  return name === 'parsed' ? event.parsed : event.enriched
}

function acceptsEmpty(destination: Destination): boolean {
  return destination.kind === 'method' && destination.method.acceptsEmpty === true
}

/** Whether its value may be one that no static may have, which gives the event up. */
function mayGiveUp({ program }: Expression): boolean {
  const { kind } = program.resultType
  return kind !== 'string' && kind !== 'int' && kind !== 'float'
}

function badValue(expression: Expression | null): TocsinError {
  const message = `cannot apply static: ${expression?.program.source ?? ''} gives neither text nor a number`
  return new TocsinError('PARSER_BAD_VALUE', message)
}

/** Applies statics in order. */
export function applyStatics(statics: readonly Static[], run: Run): void {
  for (let index = 0; index < statics.length; index++) (statics[index] as Static).apply(run)
}
