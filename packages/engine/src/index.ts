export { Event, type Line, type Mode } from './event.ts'
export { type Alert, type AlertEvent, type Overflow, Source } from './overflow.ts'
export { eventEnvironment } from './environment.ts'
export { eventType, lineType } from './event-type.ts'
export { alertEventType, alertType, overflowType, sourceType } from './overflow-type.ts'
export { compareItems, type ItemFile, type ItemType, stageOf } from './item/item-file.ts'
export {
  type ItemDocuments,
  itemErrors,
  type ReadItem,
  readItems,
  type ReadOptions,
} from './item/read-items.ts'
export type { ContextDocument } from './item/context-schema.ts'
export type { DataFileType, DataSource } from './item/data-source.ts'
export type { NodeDocument } from './item/parser-schema.ts'
export type {
  BayesianConditionDocument,
  BucketType,
  ScenarioDocument,
  ScopeDocument,
} from './item/scenario-schema.ts'
export { compileGrok, Grok } from './grok/grok.ts'
export { type Expansion, PatternLibrary } from './grok/library.ts'
export { type DataFileReader, type DataLoad, loadDataFiles } from './data/load-data.ts'
export { type AutonomousSystem, type Country, type Geo, noGeo, openGeo } from './enrich/geo.ts'
export { geoService } from './enrich/geo-service.ts'
export type { ReverseLookup } from './enrich/reverse-dns.ts'
export { loadParsers, type ParserOptions } from './parser/load-parsers.ts'
export type { ParserSet } from './parser/parser-set.ts'
export type { Faults } from './parser/run.ts'
export { changesOf, copyEvent, type EventChange, type NodeVisit, type Observer } from './trace.ts'
export { type Contexts, defaultContextBytes } from './alert/context.ts'
export type { DroppedOverflows } from './alert/raise.ts'
export { isSimulated, type Simulation } from './alert/simulation.ts'
export { toWireAlert } from './alert/wire.ts'
export { compileField } from './bucket/compile-field.ts'
export type { Scenario } from './bucket/scenario.ts'
export { createEngine, createSieve } from './create-engine.ts'
export type { Engine, EngineCounters, EngineOptions } from './pipeline.ts'
export type { Sieve } from './sieve/sieve.ts'
export type { SiftedBatch } from './sieve/sifted.ts'
