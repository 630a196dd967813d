export { type ConstantTest, constantTests } from './analysis/constant-tests.ts'
export { type TextClue, textClues } from './analysis/text-clues.ts'
export { explainFalse, type Reason } from './analysis/explain-false.ts'
export { DataFiles, type DataFileType } from './data/data-files.ts'
export { StashCaches, type StashOptions, type StashStrategy } from './data/stash-caches.ts'
export { ExprError, ExprRuntimeError } from './error.ts'
export { Duration } from './go/duration.ts'
export { formatTime } from './go/layout-format.ts'
export { parseTime } from './go/layout-parse.ts'
export { fixedZone, loadLocation, type Location, utc } from './go/location.ts'
export { Month, Time, Weekday, Zone } from './go/time.ts'
export type {
  Capabilities,
  DecisionCounts,
  GeoService,
  HttpService,
  NameService,
  ThreatService,
} from './helpers/capability.ts'
export { helperFunctions } from './helpers/index.ts'
export { noWorld } from './helpers/no-world.ts'
export { type CompileOptions, compileExpr, type Program, type Scope } from './program.ts'
export { nilList, nilMap, TextMap } from './runtime/fetch.ts'
export { createEnvironment, type Environment, type HelperFunction } from './type/environment.ts'
export { structType, structTypeOf, type StructType } from './type/struct-type.ts'
export { type FuncType, type Type, types } from './type/type.ts'
export type { Value } from './value.ts'
