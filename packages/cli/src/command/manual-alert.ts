import type { WireAlert, WireDecision } from '@tocsin/model'

export interface ManualDecision {
  scope: string
  value: string
  reason: string
  type: string
  /** Go duration text. */
  duration: string
  origin: string
}

/** The alert that carries one decision of a person, as cscli posts it. */
export function manualAlert(decision: ManualDecision): WireAlert {
  const { scope, value, reason } = decision
  return {
    ...emptyAlert(reason),
    source: {
      scope,
      value,
      ...(scope === 'Ip' ? { ip: value } : {}),
      ...(scope === 'Range' ? { range: value } : {}),
    },
    decisions: [wireDecision(decision)],
  }
}

/** The alert that carries imported decisions; its source is empty, as cscli posts it. */
export function importAlert(message: string, decisions: readonly ManualDecision[]): WireAlert {
  return { ...emptyAlert(message), source: { scope: '', value: '' }, decisions: decisions.map(wireDecision) }
}

function emptyAlert(message: string): WireAlert {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    capacity: 0,
    decisions: [],
    events: [],
    events_count: 1,
    kind: 'cscli',
    leakspeed: '0',
    message,
    scenario: message,
    scenario_hash: '',
    scenario_version: '',
    simulated: false,
    source: { scope: '', value: '' },
    start_at: now,
    stop_at: now,
  }
}

function wireDecision({ scope, value, reason, type, duration, origin }: ManualDecision): WireDecision {
  return { duration, origin, scenario: reason, scope, type, value }
}
