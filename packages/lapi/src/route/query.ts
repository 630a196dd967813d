import type { FastifyRequest } from 'fastify'
import { type Cidr, parseDurationMs } from '@tocsin/model'
import { parseAddress } from '../decision/address.ts'
import { Refusal } from '../server/refusal.ts'

/** The parameters of a request as it was sent; the first value of each name counts. */
export function queryParams(request: FastifyRequest): URLSearchParams {
  const url = request.raw.url ?? ''
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}

const trueTexts = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseTexts = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** Throws a Refusal where the text is none of Go's booleans. */
export function booleanParam(name: string, text: string): boolean {
  if (trueTexts.has(text)) return true
  if (falseTexts.has(text)) return false
  throw new Refusal(400, `invalid ${name} value: '${text}' is not a boolean: invalid filter`)
}

export function countParam(name: string, text: string): number {
  const value = Number(text)
  if (/^\+?\d{1,15}$/.test(text)) return value
  throw new Refusal(400, `invalid ${name} value: '${text}' is not a whole number from 0: invalid filter`)
}

export function durationParam(name: string, text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== null) return ms
  throw new Refusal(400, `invalid ${name} value: '${text}' is not a duration such as 4h or 7d`)
}

/**
 * The address or range that `ip` or `range` names. Both in one query are refused: the reference takes one of them
 * at random.
 */
export function addressParam(params: URLSearchParams): Cidr | undefined {
  const ip = params.get('ip')
  const range = params.get('range')
  if (ip !== null && range !== null) throw new Refusal(400, 'ip and range exclude each other: invalid filter')
  const text = ip ?? range
  if (text === null) return undefined
  const cidr = parseAddress(text)
  if (!cidr) throw new Refusal(400, `invalid ip address '${text}'`)
  return cidr
}

export function listParam(text: string): string[] {
  return text.split(',')
}

/** The id in a path. Throws a Refusal that names it. */
export function idParam(name: string, text: string): number {
  const id = Number(text)
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(id))
    throw new Refusal(400, `${name} must be valid integer`)
  return id
}
