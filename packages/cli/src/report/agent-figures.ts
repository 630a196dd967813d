import type { AgentStats } from '@tocsin/agent'
import { figure } from './prometheus-text.ts'

/** How the agent is doing, for Prometheus. */
export function agentFigures({ sources, alerts, names, ...stats }: AgentStats): string {
  const bySource = (pick: (source: AgentStats['sources'][number]) => number) =>
    sources.map((source) => [{ source: source.name, type: source.type }, pick(source)] as const)
  const byState = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([state, count]) => [{ state }, count] as const)
  const { raised, sent, rejected, dropped, pending } = alerts
  const away = stats.localApi.awaySinceMs
  return [
    figure(
      'tocsin_agent_lines_total',
      'counter',
      'Lines read',
      bySource(({ lines }) => lines),
    ),
    figure(
      'tocsin_agent_cut_lines_total',
      'counter',
      'Lines that were too long and were cut',
      bySource(({ cutLines }) => cutLines),
    ),
    figure(
      'tocsin_agent_behind_bytes',
      'gauge',
      'Bytes that wait to be read',
      bySource(({ behindBytes }) => behindBytes),
    ),
    figure('tocsin_agent_failed_lines_total', 'counter', 'Lines on which the engine failed', [
      [{}, stats.failedLines],
    ]),
    figure(
      'tocsin_agent_alerts_total',
      'counter',
      'What became of alerts',
      byState({ raised, sent, rejected, dropped }),
    ),
    figure('tocsin_agent_pending_alerts', 'gauge', 'Alerts on disk that are to be delivered', [
      [{}, pending],
    ]),
    figure('tocsin_agent_local_api_away', 'gauge', 'Whether the Local API does not answer', [
      [{}, away === null ? 0 : 1],
    ]),
    figure('tocsin_agent_waiting_overflows', 'gauge', 'Overflows that wait for names of addresses', [
      [{}, stats.waitingOverflows],
    ]),
    figure(
      'tocsin_agent_names_total',
      'counter',
      'Questions for the names of addresses; refused are those that went on without being asked for',
      names === null
        ? []
        : byState({
            asked: names.asked,
            answered: names.answered,
            timed_out: names.timedOut,
            refused: names.refused,
          }),
    ),
    figure('tocsin_agent_journal_bytes', 'gauge', 'Size of the journal', [[{}, stats.journalBytes]]),
    figure('tocsin_agent_reread_bytes', 'gauge', 'Lines that a restart would read again', [
      [{}, stats.rereadBytes],
    ]),
  ].join('')
}
