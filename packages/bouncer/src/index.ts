export type { AllowSource } from './core/allow-list.ts'
export { steadyClock } from './core/clock.ts'
export {
  DecisionSet,
  type DecisionSetOptions,
  type DecisionSetStats,
  type LeftOutCounts,
  type PullInProgress,
  type ShownCounts,
} from './core/decision-set.ts'
export { type DecisionSource, DecisionStream, type DecisionStreamOptions } from './core/decision-stream.ts'
export { type EnforcementCounts, Enforcer, type EnforcerOptions } from './core/enforcer.ts'
export { type Drift, type Host, noDrift } from './core/host.ts'
export {
  type Addition,
  canonicalBlock,
  type Changes,
  type Enforcement,
  type InForce,
  isAddress,
  type Remediation,
} from './core/remediation.ts'
export type { StreamState, StreamStatus } from './core/stream-health.ts'
export type { DecisionListener } from './core/teller.ts'
