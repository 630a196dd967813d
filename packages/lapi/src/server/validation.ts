import type { FastifySchemaCompiler, FastifyTypeProvider } from 'fastify'
import { Compile } from 'typebox/compile'
import type { Static, TSchema } from 'typebox'
import { Refusal } from './refusal.ts'

/** Lets a route's schema type its request. */
export interface TypeBoxProvider extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

export interface Problem {
  keyword: string
  instancePath: string
  params: object
  message: string
}

/** A body that may be long: its route checks it a part at a time. The schema is for the description. */
export function checkedByRoute<T extends TSchema>(schema: T): T {
  byRoute.add(schema)
  return schema
}

const byRoute = new WeakSet<TSchema>()

/** Checks by a TypeBox schema; what fails is a Refusal that names every missing field by its path. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  if (byRoute.has(schema)) return (data: unknown) => ({ value: data })
  const check = Compile(schema)
  return (data: unknown) => {
    if (check.Check(data)) return { value: data }
    // Finding every error of a large body takes longer than everything else: a sender of one gets no list.
    if (isLarge(data))
      return { error: new Refusal(400, 'the body is not as it should be, and too large to say where') }
    return { error: refusalOf(check.Errors(data)) }
  }
}

const largeNodes = 20_000

function isLarge(data: unknown): boolean {
  let nodes = 0
  const waiting: unknown[] = [data]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const parts: unknown[] = Object.values(next)
    nodes += parts.length
    if (nodes > largeNodes) return true
    for (const part of parts) if (part !== undefined) waiting.push(part)
  }
  return false
}

/** The answer to a body with these problems. */
export function refusalOf(problems: readonly Problem[]): Refusal {
  const wrongType = problems.find(({ keyword }) => !describedByField.has(keyword))
  if (wrongType)
    return new Refusal(400, `${fieldPath(wrongType.instancePath, 'the body')} ${wrongType.message}`)
  const lines = problems.flatMap(fieldLines)
  return new Refusal(422, `validation failure list:\n${lines.join('\n')}`)
}

const describedByField = new Set(['required', 'maxLength', 'minLength', 'maximum', 'minimum'])

function fieldLines({ keyword, instancePath, params, message }: Problem): string[] {
  const path = fieldPath(instancePath, '')
  if (keyword === 'required' && 'requiredProperties' in params && Array.isArray(params.requiredProperties)) {
    return params.requiredProperties
      .map(String)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => `${path === '' ? '' : `${path}.`}${name} in body is required`)
  }
  const limit = 'limit' in params ? String(params.limit) : ''
  if (keyword === 'maxLength') return [`${path} in body should be at most ${limit} chars long`]
  if (keyword === 'minLength') return [`${path} in body should be at least ${limit} chars long`]
  return [`${path} in body ${message}`]
}

function fieldPath(pointer: string, root: string): string {
  const path = pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
  return path === '' ? root : path
}
