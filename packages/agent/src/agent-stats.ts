import type { Generation, Phase } from './generation.ts'
import type { Journal } from './journal/journal.ts'
import type { NameCounters } from './names/name-lookup.ts'
import type { Pusher, PushStats } from './push/pusher.ts'
import type { SourceStats } from './source/source.ts'
import type { StepCounters } from './step-runner.ts'

export interface SourceStatus extends SourceStats {
  /** For how long there has been something that was not read yet. */
  readonly lagMs: number
  /** For how long no line came; null if none ever did. */
  readonly silentMs: number | null
}

/** How the agent is doing. Counters begin at zero with the process. */
export interface AgentStats {
  readonly phase: Phase
  readonly lines: number
  /** Lines on which the engine failed. */
  readonly failedLines: number
  readonly sources: readonly SourceStatus[]
  readonly alerts: {
    readonly raised: number
    /** On disk, to be delivered; those of earlier processes included. */
    readonly pending: number
    readonly sent: number
    /** Refused by the Local API for good, and set aside. */
    readonly rejected: number
    /** Given up because the journal was full, ever. */
    readonly dropped: number
  }
  readonly localApi: Pick<PushStats, 'awaySinceMs' | 'lastError'>
  /** Overflows that wait for names, as far as the journal knows. */
  readonly waitingOverflows: number
  /** The names of addresses that were asked for; null where nobody can be asked. */
  readonly names: NameCounters | null
  readonly journalBytes: number
  /** Bytes of lines that a restart now would read again. */
  readonly rereadBytes: number
}

/** Puts the figures together; before the first run there are none. */
export function collectStats(
  nowMs: number,
  journal: Journal | null,
  pusher: Pusher | null,
  generation: Generation | null,
  counters: StepCounters,
  names: NameCounters | null,
): AgentStats {
  const push = pusher?.stats
  return {
    phase: generation?.phase ?? 'stopped',
    lines: counters.lines,
    failedLines: counters.failedLines,
    sources: (generation?.sources() ?? []).map(({ behindSinceMs, ...source }) => ({
      ...source,
      lagMs: behindSinceMs === null ? 0 : nowMs - behindSinceMs,
      silentMs: source.lastLineMs === null ? null : nowMs - source.lastLineMs,
    })),
    alerts: {
      raised: counters.alerts,
      pending: journal?.pendingAlerts ?? 0,
      sent: push?.sent ?? 0,
      rejected: push?.rejected ?? 0,
      dropped: journal?.droppedAlerts ?? 0,
    },
    localApi: { awaySinceMs: push?.awaySinceMs ?? null, lastError: push?.lastError ?? null },
    waitingOverflows: journal?.waiting.size ?? 0,
    names,
    journalBytes: journal?.bytes ?? 0,
    rereadBytes: journal?.window.bytes ?? 0,
  }
}
