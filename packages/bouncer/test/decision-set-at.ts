import { formatCidr, parseIp, type WireDecision } from '@tocsin/model'
import { DecisionSet, type DecisionSetOptions } from '../src/core/decision-set.ts'
import type { Changes } from '../src/core/remediation.ts'

/** A decision off the wire. */
export function wire(value: string, fields: Partial<WireDecision> = {}): WireDecision {
  const scope = value.includes('/') ? 'Range' : 'Ip'
  return {
    id: 1,
    origin: 'crowdsec',
    scenario: 'test/bf',
    scope,
    type: 'ban',
    value,
    duration: '1h0m0s',
    ...fields,
  }
}

/** A set with a clock of its own, in whole seconds. */
export function setAt(options: DecisionSetOptions = {}) {
  const time = { now: 1_000_000 }
  const set = new DecisionSet({ clock: () => time.now, ...options })
  const pull = (answer: { new?: WireDecision[]; deleted?: WireDecision[] }, startup = false): Changes => {
    const progress = set.begin({ startup, at: time.now })
    progress.add({ kind: 'new', decisions: answer.new ?? [] })
    progress.add({ kind: 'deleted', decisions: answer.deleted ?? [] })
    progress.finish()
    return set.commit()
  }
  const lookup = (text: string) => {
    const ip = parseIp(text)
    if (!ip) throw new Error(`${text} is no address`)
    return set.lookup(ip)?.remediation ?? null
  }
  return { set, time, pull, lookup }
}

/** What a host would be told, in words. */
export function told(changes: Changes) {
  return {
    added: changes.added.map(({ block, remediation }) => `${formatCidr(block)} ${remediation.type}`).sort(),
    removed: changes.removed.map(({ block }) => formatCidr(block)).sort(),
  }
}
