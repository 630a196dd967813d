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
const maxCachedDurations = 10_000

/** Reads decisions off the wire. Nothing of them is trusted: whatever is not what it should be is unusable. */
export class WireDecisionReader {
  /** Texts of durations repeat by the thousand in an imported list, and parsing is what costs. */
  readonly #durations = new Map<string, number | null>()

  read(wire: WireDecision): BlockDecision | Unusable {
    if (typeof wire !== 'object' || wire === null) return 'malformed'
    const { scope, value, type, origin, scenario, duration, id, simulated } = wire
    const words = [scope, value, type, origin, scenario, duration]
    if (!words.every((word) => typeof word === 'string' && word.length <= maxWordLength)) {
      return 'malformed'
    }
    const kind = normalizeScope(scope)
    if (kind !== 'Ip' && kind !== 'Range') return 'scopes'
    const block = parseIpOrCidr(value)
    const remainingMs = this.#duration(duration)
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

  #duration(text: string): number | null {
    const known = this.#durations.get(text)
    if (known !== undefined) return known
    const ms = parseDurationMs(text)
    if (this.#durations.size >= maxCachedDurations) this.#durations.clear()
    this.#durations.set(text, ms)
    return ms
  }
}
