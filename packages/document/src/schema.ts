import { nearestName, TocsinError } from '@tocsin/model'
import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { Located } from './located.ts'
import { excerpt, readYaml, type YamlFile } from './read.ts'

/**
 * A schema turns a YAML node into a value and reports what is wrong with it, all of it, with its place.
 * The value is undefined where the node is absent, null or wrong.
 */
export type Schema<T> = (node: Node | null | undefined, at: Place) => T | undefined

/** Where a schema stands while it reads, and where it reports to. */
export interface Place {
  readonly yaml: YamlFile
  readonly text: string
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
  const { yaml, errors } = readYaml(text, file)
  if (errors.length > 0) return { values: [], errors }
  const found: TocsinError[] = []
  const values: Located<T>[] = []
  for (const document of yaml.documents) {
    const own: TocsinError[] = []
    const value = schema(document.contents, { yaml, text, field: '', errors: own })
    if (own.length === 0 && value !== undefined)
      values.push({ value, where: yaml.where(document.contents, '') })
    found.push(...own)
  }
  return { values, errors: found }
}

/** Reports an error at a node, with the line it stands on. */
export function report(
  at: Place,
  node: Node | null | undefined,
  code: string,
  message: string,
  hint?: string,
): undefined {
  const where = at.yaml.where(node, at.field)
  const shown = where.line === undefined ? undefined : excerpt(at.text, where.line, where.column ?? 1)
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
    if (!isMap(node)) return wrongType(at, node, 'a map of keys and values')
    const value: Record<string, unknown> = {}
    for (const { key, value: child } of node.items) {
      const name = keyText(key)
      const entry = Object.hasOwn(shape, name) ? shape[name] : undefined
      if (entry === undefined) {
        unknownKey(at, key as Node, name, known)
        continue
      }
      const schema = 'required' in entry ? entry.required : entry
      value[name] = schema(child as Node | null, { ...at, field: joinField(at.field, name) })
    }
    for (const name of known) checkPresent(shape, name, value, node, at)
    return value as ObjectOf<S>
  }
}

function checkPresent(
  shape: Shape,
  name: string,
  value: Record<string, unknown>,
  node: Node,
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

function unknownKey(at: Place, key: Node, name: string, known: readonly string[]): void {
  const near = nearestName(name, known)
  const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`
  report(at, key, 'YAML_UNKNOWN_KEY', `cannot read ${what(at)}: unknown key "${name}"`, hint)
}

/** A list. A null list is absent. */
export function list<T>(schema: Schema<T>): Schema<T[]> {
  return (node, at) => {
    if (isNull(node)) return undefined
    if (!isSeq(node)) return wrongType(at, node, 'a list')
    return node.items.flatMap((item, index) => {
      const value = schema(item as Node | null, { ...at, field: `${at.field}[${index}]` })
      return value === undefined ? [] : [value]
    })
  }
}

/** A map with free keys. */
export function mapOf<T>(schema: Schema<T>): Schema<Map<string, T>> {
  return (node, at) => {
    if (isNull(node)) return undefined
    if (!isMap(node)) return wrongType(at, node, 'a map of keys and values')
    const entries = new Map<string, T>()
    for (const { key, value: child } of node.items) {
      const name = keyText(key)
      const value = schema(child as Node | null, { ...at, field: joinField(at.field, name) })
      if (value !== undefined) entries.set(name, value)
    }
    return entries
  }
}

/** Text. Numbers, dates and booleans keep the characters they were written with: `value: 403` is "403". */
export function text(): Schema<string> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return isScalar(node) ? scalarText(node) : wrongType(at, node, 'text')
  }
}

/** A value with the place of its text (behind a quote, on the first line of a block). */
export function located<T>(schema: Schema<T>): Schema<Located<T>> {
  return (node, at) => {
    const value = schema(node, at)
    if (value === undefined || !node) return undefined
    const where = isScalar(node) ? at.yaml.whereText(node, at.field) : at.yaml.where(node, at.field)
    return { value, where }
  }
}

export function bool(): Schema<boolean> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return isScalar(node) && typeof node.value === 'boolean'
      ? node.value
      : wrongType(at, node, 'true or false')
  }
}

export function integer(): Schema<number> {
  return (node, at) => {
    if (isNull(node)) return undefined
    const value = isScalar(node) ? node.value : undefined
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : wrongType(at, node, 'a whole number')
  }
}

export function number(): Schema<number> {
  return (node, at) => {
    if (isNull(node)) return undefined
    return isScalar(node) && typeof node.value === 'number' ? node.value : wrongType(at, node, 'a number')
  }
}

export function oneOf<const T extends string>(...choices: readonly T[]): Schema<T> {
  return (node, at) => {
    if (isNull(node)) return undefined
    const value = isScalar(node) ? scalarText(node) : undefined
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
  return (node, at) => {
    if (isNull(node) || !node) return undefined
    const document = at.yaml.documents.find((candidate) => contains(candidate.range, node.range))
    return document === undefined ? undefined : (node.toJS(document, { mapAsMap: false }) as unknown)
  }
}

/** Checks a value that another schema gave; the check answers with the reason it is refused, or null. */
export function refine<T>(schema: Schema<T>, check: (value: T) => string | null): Schema<T> {
  return (node, at) => {
    const value = schema(node, at)
    const reason = value === undefined ? null : check(value)
    return reason === null ? value : report(at, node, 'YAML_BAD_VALUE', `cannot read ${what(at)}: ${reason}`)
  }
}

function isNull(node: Node | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null)
}

function wrongType(at: Place, node: Node | null | undefined, wanted: string): undefined {
  return report(at, node, 'YAML_WRONG_TYPE', `cannot read ${what(at)}: it must be ${wanted}`)
}

function scalarText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function keyText(key: unknown): string {
  return isScalar(key) ? scalarText(key) : String(key)
}

function joinField(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}

function what(at: Place): string {
  return at.field === '' ? 'document' : `"${at.field}"`
}

function contains(
  outer: readonly number[] | null | undefined,
  inner: readonly number[] | null | undefined,
): boolean {
  if (!outer || !inner) return false
  return (outer[0] ?? 0) <= (inner[0] ?? 0) && (inner[1] ?? 0) <= (outer[2] ?? 0)
}
