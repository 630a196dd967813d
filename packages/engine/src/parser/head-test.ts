import { compileExpr, constantTests, type Environment, Time } from '@tocsin/expr'
import { Event } from '../event.ts'
import { type EventField, eventField } from '../event-field.ts'
import { conjunctsOf, isPlainTests, withoutTexts } from '../conjuncts.ts'
import { Expression } from './expression.ts'
import { noFaults, Run } from './run.ts'

/** A part at the head of a filter that looks at one field only: where it does not hold, the filter is false. */
export interface HeadTest {
  /** As expressions write it, such as `evt.Parsed.program`. */
  readonly path: string
  readonly field: EventField
  holds(value: string): boolean
}

/** Tests of constants at the head of a filter: `evt.Parsed.program == 'sshd' && ...`. */
export function constantHeadTests(filter: Expression): HeadTest[] {
  return constantTests(filter.program).flatMap(({ path, kind, values }) => {
    const field = eventField(path)
    if (field === null) return []
    const set = new Set(values)
    const holds =
      kind === 'equals'
        ? (value: string) => set.has(value)
        : (value: string) => values.some((prefix) => value.startsWith(prefix))
    return [{ path, field, holds }]
  })
}

/** Whether a filter is nothing but its head tests. */
export function isDecidedBy(filter: Expression, tests: readonly HeadTest[]): boolean {
  return tests.length > 0 && isPlainTests(filter.program.source, tests.length)
}

/**
 * The first part of a filter, where it asks nothing but one field, of functions that always give the same answer:
 * `Upper(evt.Parsed.program) == 'NAMED' && ...`. Null where it is anything else or its shape is not certain.
 */
export function computedHeadTest(filter: Expression, environment: Environment): HeadTest | null {
  const { source } = filter.program
  const [head] = conjunctsOf(source) ?? [source]
  const path = head === undefined ? null : onlyField(head)
  const field = path === null ? null : eventField(path)
  if (head === undefined || path === null || field === null) return null
  const part = new Expression(compileExpr(head, environment), 'filter')
  return { path, field, holds: (value) => part.test(probe(field, value)) === true }
}

/** An event that has one field. */
function probe({ map, key }: EventField, value: string): Run {
  const fields = new Map([[key, value]])
  const line = { raw: '', src: '', timeMs: 0, labels: map === 'labels' ? fields : new Map(), module: '' }
  const event = new Event(line, 'replay', Time.fromMs(0))
  if (map !== 'labels') event[map] = fields
  return new Run(event, new Map(), noFaults())
}

const pureNames = new Set([
  'Upper',
  'Lower',
  'TrimSpace',
  'contains',
  'matches',
  'startsWith',
  'endsWith',
  'in',
  'not',
  'and',
  'or',
])

/** The one field that an expression asks, if it asks no other and calls nothing that could answer differently. */
function onlyField(source: string): string | null {
  const bare = withoutTexts(source)
  const paths = new Set<string>()
  const rest = bare.replaceAll(
    /\bevt\.(?:Parsed|Meta|Enriched|Line\.Labels)\.\w+\b(?!\s*[.[(?])/g,
    (path) => {
      paths.add(path)
      return ' '
    },
  )
  const names = rest.match(/[A-Za-z_]\w*/g) ?? []
  const [path] = paths
  return paths.size === 1 && path !== undefined && names.every((name) => pureNames.has(name)) ? path : null
}
