export { AdminClient, type ImportKind, type ImportOptions } from './admin-client.ts'
export type { AdminClientOptions } from './admin-transport.ts'
export type {
  WireAddedBouncer,
  WireAuditEntry,
  WireBouncer,
  WireImportAnswer,
  WireMachine,
  WireNewAllowlistItem,
  WirePruned,
  WireUsageReport,
} from './admin-wire.ts'
export { BouncerClient, type BouncerClientOptions, type StreamPart } from './bouncer-client.ts'
export type { Followed, FollowOptions } from './follow.ts'
export {
  MachineClient,
  type MachineClientOptions,
  type PushOptions,
  type RegisterOptions,
  registerMachine,
} from './machine-client.ts'
export type { AlertQuery, DecisionDeletion, DecisionQuery, StreamQuery } from './query.ts'
export type { CallOptions, Fetch, TransportOptions } from './transport.ts'
export type {
  WireAllowlist,
  WireAllowlistCheck,
  WireAllowlistItem,
  WireAllowlistMatch,
  WireLogProcessor,
  WireMetric,
  WireMetricItem,
  WireOs,
  WireRemediationComponent,
} from './wire.ts'
