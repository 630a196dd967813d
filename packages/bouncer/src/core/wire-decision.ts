import { parseDurationMs, parseIpOrCidr, type WireDecision, normalizeScope, type Cidr } from '@tocsin/model'
import { canonicalBlock } from './remediation.ts'

/** A decision on an address or a range, as the set wants it. */
export interface BlockDecision {
  block: Cidr
  id: number | null
  type: string
  origin: string
  scenario: string
  /** What remained when it was sent. */
  remainingMs: number
  simulated: boolean
}

/** Why a decision cannot be held; `scopes`: its scope is neither Ip nor Range. */
export type Unusable = 'malformed' | 'scopes'

/** Words of the wire longer than this are nobody's scenario. */
const maxWordLength = 1024
const secondsOf: Record<string, number> = { h: 3600, m: 60, s: 1 }
/** Reads a decision off the wire. Nothing of it is trusted: whatever is not what it should be is unusable. */
export function readDecision(wire: WireDecision): BlockDecision | Unusable {
  if (typeof wire !== 'object' || wire === null) return 'malformed'
  const { scope, value, type, origin, scenario, duration, id, simulated } = wire
  if (!isWord(scope) || !isWord(value) || !isWord(type)) return 'malformed'
  if (!isWord(origin) || !isWord(scenario) || !isWord(duration)) return 'malformed'
  if (!isBlockScope(scope)) return 'scopes'
  const block = parseIpOrCidr(value)
  const remainingMs = plainDurationMs(duration) ?? parseDurationMs(duration)
  if (block === null || remainingMs === null) return 'malformed'
  return {
    block: canonicalBlock(block),
    id: Number.isSafeInteger(id) ? (id as number) : null,
    type,
    origin,
    scenario,
    remainingMs,
    simulated: simulated === true,
  }
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxWordLength
}

function isBlockScope(scope: string): boolean {
  if (scope === 'Ip' || scope === 'Range') return true
  const kind = normalizeScope(scope)
  return kind === 'Ip' || kind === 'Range'
}

/**
 * Milliseconds of whole hours, minutes and seconds, the only shape that a Local API sends; null for every other
 * text. A list of a million has a million durations, and the general reader would cost more than all the rest.
 */
function plainDurationMs(text: string): number | null {
  if (text.length > 16) return null
  let seconds = 0
  let number = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      number = Math.max(number, 0) * 10 + code - 48
      continue
    }
    const scale = secondsOf[text.charAt(at)]
    if (scale === undefined || number < 0) return null
    seconds += number * scale
    number = -1
  }
  return number >= 0 || text === '' ? null : seconds * 1000
}
