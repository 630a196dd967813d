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
