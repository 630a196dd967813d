import { nearestName, TocsinError } from '@tocsin/model'
import type { Located } from './located.ts'
import type { YamlNode, YamlScalar } from './node.ts'
import { readYaml } from './read.ts'
import type { SourceText } from './source-text.ts'

/**
 * A schema turns a YAML node into a value and reports what is wrong with it, all of it, with its place.
 * The value is undefined where the node is absent, null or wrong.
 */
export type Schema<T> = (node: YamlNode | null | undefined, at: Place) => T | undefined

/** Where a schema stands while it reads, and where it reports to. */
export interface Place {
  readonly source: SourceText
  readonly field: string
  readonly errors: TocsinError[]
}

type Shape = Record<string, Schema<unknown> | Required<unknown>>

/** Marks a key of an object that must be there. */
export interface Required<T> {
  readonly required: Schema<T>
}

type ValueOf<S> = S extends Required<infer T> ? T : S extends Schema<infer T> ? T | undefined : never
export type ObjectOf<S extends Shape> = { [K in keyof S]: ValueOf<S[K]> }

/** What a schema gives. */
export type Infer<S> = S extends Schema<infer T> ? T : never

export interface Checked<T> {
  /** One value a document; documents with errors and empty documents are left out. */
  readonly values: readonly Located<T>[]
  readonly errors: readonly TocsinError[]
}

/** Parses a file and reads each of its documents by a schema. Every error of the file is reported at once. */
export function readDocuments<T>(text: string, file: string, schema: Schema<T>): Checked<T> {
  const { source, documents, errors } = readYaml(text, file)
  if (errors.length > 0) return { values: [], errors }
  const found: TocsinError[] = []
  const values: Located<T>[] = []
  for (const document of documents) {
    const own: TocsinError[] = []
    const value = schema(document, { source, field: '', errors: own })
    if (own.length === 0 && value !== undefined) values.push({ value, where: source.where(document, '') })
    found.push(...own)
  }
  return { values, errors: found }
}

/** Reports an error at a node, with the line it stands on. */
export function report(
  at: Place,
  node: YamlNode | null | undefined,
  code: string,
  message: string,
  hint?: string,
): undefined {
  const where = at.source.where(node, at.field)
  const shown = where.line === undefined ? undefined : at.source.excerpt(where.line, where.column ?? 1)
  at.errors.push(
    new TocsinError(code, message, { where, excerpt: shown, ...(hint === undefined ? {} : { hint }) }),
  )
  return undefined
}

export function required<T>(schema: Schema<T>): Required<T> {
  return { required: schema }
}

/** A map with exactly these keys. An unknown key is an error that suggests the nearest known one. */
export function object<S extends Shape>(shape: S): Schema<ObjectOf<S>> {
  const known = Object.keys(shape)
  return (node, at) => {
    if (isNull(node)) return undefined
    if (node?.kind !== 'map') return wrongType(at, node, 'a map of keys and values')
    const value: Record<string, unknown> = {}
    for (const { key, name, value: child } of node.pairs) {
      const entry = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (entry === undefined) {
        unknownKey(at, key, name, known)
        continue
      }
      const schema = 'required' in entry ? entry.required : entry
      value[name] = schema(child, { ...at, field: joinField(at.field, name) })
    }
    for (const name of known) checkPresent(shape, name, value, node, at)
    return value as ObjectOf<S>
  }
}

function checkPresent(
  shape: Shape,
  name: string,
  value: Record<string, unknown>,
  node: YamlNode,
  at: Place,
): void {
  const entry = shape[name]
  if (entry === undefined || !('required' in entry) || value[name] !== undefined) return
  const field = joinField(at.field, name)
  if (at.errors.some((error) => error.where?.field?.startsWith(field))) return
  report(
    { ...at, field: at.field },
    node,
    'YAML_MISSING_KEY',
    `cannot read ${what(at)}: the key "${name}" is missing`,
  )
}

function unknownKey(at: Place, key: YamlNode, name: string, known: readonly string[]): void {
  const near = nearestName(name, known)
  const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`
  report(at, key, 'YAML_UNKNOWN_KEY', `cannot read ${what(at)}: unknown key "${name}"`, hint)
}

/** A list. A null list is absent. */
export function list<T>(schema: Schema<T>): Schema<T[]> {
  return (node, at) => {
    if (isNull(node)) return undefined
    if (node?.kind !== 'list') return wrongType(at, node, 'a list')
    return node.items.flatMap((item, index) => {
      const value = schema(item, { ...at, field: `${at.field}[${index}]` })
      return value === undefined ? [] : [value]
    })
  }
}

/** A map with free keys. */
export function mapOf<T>(schema: Schema<T>): Schema<Map<string, T>> {
  return (node, at) => {
    if (isNull(node)) return undefined
    if (node?.kind !== 'map') return wrongType(at, node, 'a map of keys and values')
    const entries = new Map<string, T>()
    for (const { name, value: child } of node.pairs) {
      const value = schema(child, { ...at, field: joinField(at.field, name) })
      if (value !== undefined) entries.set(name, value)
    }
    return entries
  }
}

/** Text. Numbers, dates and booleans keep the characters they were written with: `value: 403` is "403". */
export function text(): Schema<string> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return node?.kind === 'scalar' ? scalarText(node) : wrongType(at, node, 'text')
  }
}

/** A value with the place of its text (behind a quote, on the first line of a block). */
export function located<T>(schema: Schema<T>): Schema<Located<T>> {
  return (node, at) => {
    const value = schema(node, at)
    if (value === undefined || !node) return undefined
    const where =
      node.kind === 'scalar' ? at.source.whereText(node, at.field) : at.source.where(node, at.field)
    return { value, where }
  }
}

export function bool(): Schema<boolean> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return node?.kind === 'scalar' && typeof node.value === 'boolean'
      ? node.value
      : wrongType(at, node, 'true or false')
  }
}

export function integer(): Schema<number> {
  return (node, at) => {
    if (isNull(node)) return undefined
    const value = node?.kind === 'scalar' ? node.value : undefined
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : wrongType(at, node, 'a whole number')
  }
}

export function number(): Schema<number> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return node?.kind === 'scalar' && typeof node.value === 'number'
      ? node.value
      : wrongType(at, node, 'a number')
  }
}

export function oneOf<const T extends string>(...choices: readonly T[]): Schema<T> {
  return (node, at) => {
    if (isNull(node)) return undefined
    const value = node?.kind === 'scalar' ? scalarText(node) : undefined
    const choice = choices.find((candidate) => candidate === value)
    if (choice !== undefined) return choice
    const near = value === undefined ? undefined : nearestName(value, choices)
    const hint = near === undefined ? `known values: ${choices.join(', ')}` : `did you mean "${near}"?`
    return report(
      at,
      node,
      'YAML_UNKNOWN_VALUE',
      `cannot read ${what(at)}: unknown value "${value ?? ''}"`,
      hint,
    )
  }
}

/** Any value, as plain JavaScript. */
export function anything(): Schema<unknown> {
  return (node) => (isNull(node) ? undefined : node?.plain())
}

/** Checks a value that another schema gave; the check answers with the reason it is refused, or null. */
export function refine<T>(schema: Schema<T>, check: (value: T) => string | null): Schema<T> {
  return (node, at) => {
    const value = schema(node, at)
    const reason = value === undefined ? null : check(value)
    return reason === null ? value : report(at, node, 'YAML_BAD_VALUE', `cannot read ${what(at)}: ${reason}`)
  }
}

function isNull(node: YamlNode | null | undefined): boolean {
  return !node || (node.kind === 'scalar' && node.value === null)
}

function wrongType(at: Place, node: YamlNode | null | undefined, wanted: string): undefined {
  return report(at, node, 'YAML_WRONG_TYPE', `cannot read ${what(at)}: it must be ${wanted}`)
}

function scalarText(node: YamlScalar): string {
  return typeof node.value === 'string' ? node.value : node.source
}

function joinField(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}

function what(at: Place): string {
  return at.field === '' ? 'document' : `"${at.field}"`
}
