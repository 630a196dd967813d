import { readDocuments, report, type Schema } from '@tocsin/document'
import { nearestName, type TocsinError } from '@tocsin/model'
import { expandVariables } from './expand-variables.ts'
import { sourceKinds } from './kinds.ts'
import type { BuildContext, Source, SpecContext } from './source.ts'

/** A place to read lines from, as a document describes it; nothing is opened before it is built and run. */
export interface Acquisition {
  readonly kind: string
  build(context: BuildContext): Source
}

export interface AcquisitionContext extends SpecContext {
  /** Variables that `$NAME` and `${NAME}` stand for. Unknown ones stay as they are written. Default none. */
  readonly variables?: Readonly<Record<string, string | undefined>>
}

export interface ReadAcquisitions {
  readonly acquisitions: readonly Acquisition[]
  /** Every error of the file, with its place. */
  readonly errors: readonly TocsinError[]
}

/** Kinds of CrowdSec's that are known and not supported: naming them gives a better answer than "unknown". */
const otherKinds = [
  'journalctl',
  'syslog',
  'docker',
  'kafka',
  'kinesis',
  'cloudwatch',
  's3',
  'http',
  'loki',
  'victorialogs',
  'k8s-audit',
  'wineventlog',
  'appsec',
]

/** Reads the acquisition documents of a YAML file. Source: the format of CrowdSec's acquis.yaml. */
export function readAcquisitions(text: string, file: string, context: AcquisitionContext): ReadAcquisitions {
  const expanded = expandVariables(text, context.variables ?? {})
  const { values, errors } = readDocuments(expanded, file, acquisitionSchema(context))
  return { acquisitions: values.map(({ value }) => value), errors }
}

/**
 * The schema of one acquisition document, for files that hold some among other things. Kinds and options that are
 * not supported are refused by name: a source that is not read must not look as if it were.
 */
export function acquisitionSchema(context: SpecContext): Schema<Acquisition> {
  const schemas = sourceKinds.map((kind) => {
    const spec = kind.spec(context)
    const schema: Schema<Acquisition> = (node, at) => {
      const value = spec(node, at)
      return value === undefined ? undefined : { kind: kind.kind, build: (build) => kind.build(value, build) }
    }
    return [kind.kind, schema] as const
  })
  const byKind = new Map(schemas)
  return (node, at) => {
    if (isAbsent(node)) return undefined
    const named = childNode(node, 'source')
    const kind = named === undefined ? inferredKind(node) : scalarText(named)
    const schema = byKind.get(kind ?? '')
    if (schema) return schema(node, at)
    return refuseKind(kind, named ?? node, { ...at, field: named ? joinField(at.field, 'source') : at.field })
  }
}

type YamlNode = Parameters<Schema<unknown>>[0]
type Place = Parameters<Schema<unknown>>[1]

function refuseKind(kind: string | undefined, node: YamlNode, at: Place): undefined {
  const known = sourceKinds.map((supported) => supported.kind)
  const keys = sourceKinds.flatMap(({ tellingKeys }) => tellingKeys)
  if (kind === undefined) {
    const hint = `say "source: ${known[0]}", or give one of its keys: ${keys.join(', ')}`
    return report(at, node, 'ACQUISITION_NO_SOURCE', 'cannot read source: it does not say what it is', hint)
  }
  if (otherKinds.includes(kind)) {
    const hint = `supported: ${known.join(', ')}`
    return report(at, node, 'ACQUISITION_UNSUPPORTED', `cannot read source: "${kind}" is not supported`, hint)
  }
  const near = nearestName(kind, [...known, ...otherKinds])
  const hint = near === undefined ? `supported: ${known.join(', ')}` : `did you mean "${near}"?`
  return report(at, node, 'ACQUISITION_UNKNOWN', `cannot read source: there is no kind "${kind}"`, hint)
}

function inferredKind(node: YamlNode): string | undefined {
  const found = sourceKinds.find(({ tellingKeys }) => tellingKeys.some((key) => childNode(node, key)))
  if (found) return found.kind
  return childNode(node, 'journalctl_filter') ? 'journalctl' : undefined
}

/** Whether a document is empty. */
function isAbsent(node: YamlNode): boolean {
  return !node || ('value' in node && node.value === null)
}

/** The value of a key of a YAML map; undefined where there is none. */
function childNode(node: YamlNode, key: string): YamlNode {
  if (!node || !('get' in node) || typeof node.get !== 'function') return undefined
  return (node.get as (key: string, keepScalar: boolean) => YamlNode).call(node, key, true) ?? undefined
}

function scalarText(node: YamlNode): string | undefined {
  return node && 'value' in node && typeof node.value === 'string' ? node.value : undefined
}

function joinField(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}
