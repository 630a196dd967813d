import type { AgentStats } from '@tocsin/agent'
import { expect, it } from 'vitest'
import { agentFigures } from './agent-figures.ts'
import { figure } from './prometheus-text.ts'

it('writes figures as Prometheus reads them', () => {
  expect(figure('x_total', 'counter', 'Of x', [[{ path: 'a"b\\\nc' }, 3]])).toBe(
    '# HELP x_total Of x\n# TYPE x_total counter\nx_total{path="a\\"b\\\\\\nc"} 3\n',
  )
  expect(figure('x', 'gauge', 'Of x', [[{}, 0.5]])).toMatch(/\nx 0\.5\n$/)
  expect(figure('x', 'gauge', 'Of x', [])).toBe('')
})

it('tells how many addresses went on without a name', () => {
  const stats: AgentStats = {
    phase: 'live',
    lines: 0,
    failedLines: 0,
    sources: [],
    alerts: { raised: 3, pending: 1, sent: 2, rejected: 0, dropped: 0 },
    localApi: { awaySinceMs: 5, lastError: 'away' },
    waitingOverflows: 0,
    names: { asked: 9, answered: 4, timedOut: 3, refused: 2 },
    journalBytes: 0,
    rereadBytes: 0,
  }
  const text = agentFigures(stats)
  expect(text).toContain('tocsin_agent_names_total{state="refused"} 2\n')
  expect(text).toContain('tocsin_agent_alerts_total{state="sent"} 2\n')
  expect(text).toContain('tocsin_agent_local_api_away 1\n')
  expect(agentFigures({ ...stats, names: null })).not.toContain('names_total')
})
