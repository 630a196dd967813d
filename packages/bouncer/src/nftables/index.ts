export {
  createNftablesBouncer,
  type NftablesBouncer,
  type NftablesBouncerOptions,
  type NftablesBouncerStats,
} from './bouncer.ts'
export type { DroppedCounts } from './host.ts'
export type { Action, Hook } from './ruleset.ts'
