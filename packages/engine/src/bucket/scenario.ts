import { hash } from 'node:crypto'
import type { Located } from '@tocsin/document'
import type { Program, Value } from '@tocsin/expr'
import { TocsinError } from '@tocsin/model'
import type { Event } from '../event.ts'
import { type EventReader, eventReader } from '../event-reader.ts'
import type { ItemFile } from '../item/item-file.ts'
import type { BucketType, ScenarioDocument } from '../item/scenario-schema.ts'
import { bayesian } from './bayesian.ts'
import { Blackhole } from './blackhole.ts'
import type { BucketKind, BucketRules, KindContext } from './bucket-kind.ts'
import { compileField } from './compile-field.ts'
import { conditional } from './conditional.ts'
import { counter } from './counter.ts'
import { durationNs } from './duration-field.ts'
import type { ScenarioEnvironments } from './environments.ts'
import { leaky } from './leaky.ts'
import { trigger } from './trigger.ts'

const kinds: Record<BucketType, BucketKind> = { trigger, leaky, counter, conditional, bayesian }

/** A scenario ready to run: the rules by which its buckets are filled and overflow. */
export interface Scenario {
  readonly name: string
  readonly item: ItemFile
  readonly document: ScenarioDocument
  readonly filter: Program
  /** The value of the filter. */
  readonly takes: EventReader
  readonly groupby: EventReader | null
  readonly distinct: EventReader | null
  readonly cancelOn: EventReader | null
  readonly overflowFilter: Program | null
  /** What alerts are about, such as `Ip`; the program gives the value of scopes that no meta names. */
  readonly scope: { readonly type: string; readonly value: Program | null }
  readonly capacity: number
  readonly cacheSize: number
  readonly leakNs: number
  readonly lifetimeNs: number
  readonly timed: boolean
  readonly limited: boolean
  readonly immediate: boolean
  /** How many events a bucket keeps besides the newest; null for all. */
  readonly queueLimit: number | null
  readonly overflows: BucketRules['overflows']
  readonly blackhole: Blackhole | null
  readonly reprocess: boolean
  readonly remediation: boolean
  readonly simulated: boolean
  /** Scenarios that are equal in this share their buckets, as they do in the original. */
  readonly sharedKey: string
  /** The name of a partition outside the engine: a digest of filter, group and scenario. */
  partitionOf(group: string): string
  /** Notes an expression of the scenario that failed while it ran. */
  failed(error: unknown): void
}

export interface ScenarioContext {
  readonly environments: ScenarioEnvironments
  report(error: TocsinError): void
  isSimulated(scenario: string): boolean
  /** An expression of a scenario failed on some event. */
  onFailure(scenario: string, error: unknown): void
}

/** Builds a scenario from its document; reports everything that is wrong with it and gives null if there is anything. */
export function compileScenario(
  item: ItemFile,
  { value: document, where }: Located<ScenarioDocument>,
  context: ScenarioContext,
): Scenario | null {
  let errors = 0
  const report = (error: TocsinError) => {
    errors++
    context.report(error)
  }
  const compile = compiler(context.environments, report)
  const failed = (error: unknown) => context.onFailure(document.name, error)
  const rules = kinds[document.type.value].build(document, {
    compile: (source) => compile('condition', source, 'bucket', 'bool') ?? undefined,
    refuse: (field, reason) => report(refusal(document, where, field, reason)),
    failed,
  } satisfies KindContext)
  const filter = compile('filter', document.filter, 'event', 'bool')
  const programs = {
    groupby: readerOrNull(compile('groupby', document.groupby, 'event', 'string')),
    distinct: readerOrNull(compile('distinct', document.distinct, 'event', 'any')),
    cancelOn: readerOrNull(compile('cancel_on', document.cancelOn, 'event', 'bool')),
    overflowFilter: compile('overflow_filter', document.overflowFilter, 'overflow', 'bool'),
    scope: scopeOf(document, where, compile, report),
  }
  if (errors > 0 || filter === null) return null
  return {
    ...numbersOf(document),
    ...rules,
    ...programs,
    ...keysOf(document),
    name: document.name,
    item,
    document,
    filter,
    takes: eventReader(filter),
    reprocess: document.reprocess,
    remediation: document.labels.get('remediation') === true,
    simulated: context.isSimulated(document.name),
    failed,
  }
}

type Compile = (
  field: string,
  source: Located<string> | undefined,
  place: keyof ScenarioEnvironments,
  expect: 'bool' | 'string' | 'any',
) => Program | null

function compiler(environments: ScenarioEnvironments, report: (error: TocsinError) => void): Compile {
  return (field, source, place, expect) => {
    if (source === undefined) return null
    try {
      return compileField(field, source, environments[place], expect)
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error
      report(error)
      return null
    }
  }
}

function refusal(
  document: ScenarioDocument,
  where: Located<ScenarioDocument>['where'],
  field: string,
  reason: string,
): TocsinError {
  return new TocsinError('SCENARIO_BAD_VALUE', `cannot load scenario ${document.name}: ${reason}`, {
    where: { ...where, field },
  })
}

function scopeOf(
  document: ScenarioDocument,
  where: Located<ScenarioDocument>['where'],
  compile: Compile,
  report: (error: TocsinError) => void,
): Scenario['scope'] {
  const type = document.scope?.type?.value ?? 'Ip'
  const source = document.scope?.expression
  if (type === 'Ip' && source !== undefined) {
    report(refusal(document, where, 'scope.expression', 'scope Ip takes no expression'))
  }
  if (type !== 'Ip' && type !== 'Range' && source === undefined) {
    report(refusal(document, where, 'scope.expression', `scope ${type} needs an expression`))
  }
  return { type, value: compile('scope', source, 'event', 'any') }
}

function numbersOf(document: ScenarioDocument) {
  const capacity = document.capacity?.value ?? 0
  const cacheSize = document.cacheSize?.value ?? 0
  const blackholeNs = durationNs(document.blackhole)
  const bounded = cacheSize > 0 && (cacheSize <= capacity || capacity === -1)
  return {
    capacity,
    cacheSize,
    leakNs: durationNs(document.leakspeed),
    queueLimit: bounded ? cacheSize : capacity === -1 ? null : Math.max(0, capacity),
    blackhole: blackholeNs > 0 ? new Blackhole(blackholeNs / 1e6) : null,
  }
}

function keysOf({ name, filter }: ScenarioDocument) {
  const sharedKey = `${filter.value}\0${name}`
  return {
    sharedKey,
    partitionOf: (group: string) => hash('sha1', `${filter.value}\0${group}\0${name}`),
  }
}

function readerOrNull(program: Program | null): EventReader | null {
  return program && eventReader(program)
}

/** What one of its expressions says of an event; `fallback` where it fails, which is noted. */
export function valueOf<T>(scenario: Scenario, reader: EventReader, event: Event, fallback: T): Value | T {
  try {
    return reader(event)
  } catch (error) {
    scenario.failed(error)
    return fallback
  }
}
