import type { Scope } from './scope.ts'

/**
 * The alert and its parts exactly as they travel in JSON between agents, the Local API and the command line:
 * keys in snake_case, absent where marked optional. Source: the Local API's wire format.
 */
export interface WireAlert {
  id?: number
  uuid?: string
  machine_id?: string
  created_at?: string
  scenario: string
  scenario_hash: string
  scenario_version: string
  message: string
  events_count: number
  /** RFC 3339. */
  start_at: string
  /** RFC 3339. */
  stop_at: string
  capacity: number
  /** Go duration text. */
  leakspeed: string
  simulated: boolean
  remediation?: boolean
  kind?: string
  labels?: string[] | null
  events: WireEvent[] | null
  meta?: WireMeta[]
  source: WireSource
  decisions?: WireDecision[] | null
}

export interface WireEvent {
  timestamp: string
  meta: WireMeta[]
}

export interface WireMeta {
  key: string
  value: string
}

/** Empty text and zero are left out on the wire, scope and value excepted. */
export interface WireSource {
  scope: Scope
  value: string
  ip?: string
  range?: string
  as_number?: string
  as_name?: string
  cn?: string
  latitude?: number
  longitude?: number
}

export interface WireDecision {
  id?: number
  uuid?: string
  origin: string
  scenario: string
  scope: Scope
  type: string
  value: string
  /** Go duration text: what is asked for in a request, what remains in an answer. */
  duration: string
  simulated?: boolean
}

/** The answer to a pull of the decision stream. */
export interface WireDecisionStream {
  new: WireDecision[] | null
  deleted: WireDecision[] | null
}
