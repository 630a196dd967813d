export { type Agent, type AgentChange, type AgentOptions, createAgent } from './agent.ts'
export type { AgentStats, SourceStatus } from './agent-stats.ts'
export { acquisitionText, type DiscoveredSource, discoverSources } from './discover.ts'
export { lockFolder, type Unlock } from './journal/lock.ts'
export type { CreateEngine, EngineHost, LineEngine } from './line-engine.ts'
export {
  type ReadOnceOptions,
  type ReadOnceResult,
  type ReadProgress,
  readFileOnce,
  readStreamOnce,
} from './lines/read-file-once.ts'
export { type NameCounters, NameLookup, type NameLookupOptions } from './names/name-lookup.ts'
export type { AlertClient } from './push/pusher.ts'
export {
  type Acquisition,
  type AcquisitionContext,
  acquisitionSchema,
  readAcquisitions,
  type ReadAcquisitions,
} from './source/acquisition.ts'
export type { BuildContext, Matcher, Source, SourceStats, SpecContext } from './source/source.ts'
