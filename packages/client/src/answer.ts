import type { WireAlert } from '@tocsin/model'
import type { Call, Transport } from './transport.ts'

/**
 * Answers are checked for their outer shape: a server that is no Local API is told from a real one, and what the
 * callers loop over exists. Throws LAPI_BAD_ANSWER.
 */
export function readArray(transport: Transport, call: Call, answer: unknown): unknown[] {
  if (answer === null) return []
  if (Array.isArray(answer)) return answer
  throw transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer is not a list')
}

export function readObject(transport: Transport, call: Call, answer: unknown): Record<string, unknown> {
  if (isObject(answer)) return answer
  throw transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer is not an object')
}

export function readStrings(transport: Transport, call: Call, answer: unknown): string[] {
  const list = readArray(transport, call, answer)
  if (list.every((entry) => typeof entry === 'string')) return list
  throw transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer is not a list of texts')
}

/** The count in `{"nbDeleted":"3"}`. */
export function readCount(transport: Transport, call: Call, answer: unknown): number {
  const count = Number(readObject(transport, call, answer).nbDeleted)
  if (Number.isInteger(count)) return count
  throw transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer holds no count')
}

export function readAlert(transport: Transport, call: Call, answer: unknown): WireAlert {
  const alert = readObject(transport, call, answer)
  if (isObject(alert.source) && typeof alert.scenario === 'string') return alert as unknown as WireAlert
  throw transport.failure(call, 'LAPI_BAD_ANSWER', 'the answer is not an alert')
}

export function readAlerts(transport: Transport, call: Call, answer: unknown): WireAlert[] {
  return readArray(transport, call, answer).map((entry) => readAlert(transport, call, entry))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
