import { loadDataFiles, type DataFileReader } from '../../src/data/load-data.ts'
import type { Event } from '../../src/event.ts'
import { PatternLibrary } from '../../src/grok/library.ts'
import { stageOf } from '../../src/item/item-file.ts'
import type { NodeDocument } from '../../src/item/parser-schema.ts'
import type { ReadItem } from '../../src/item/read-items.ts'
import { GivenUp, type PlainNode, plainNode, type PlainWorld } from './plain-node.ts'

/** Takes an event through all stages; false where some stage did not know it. */
export type PlainParsers = (event: Event) => boolean

/** Parsers, or postoverflows: every node is run on every event that reaches its stage. */
export function plainParsers(
  items: readonly ReadItem<NodeDocument>[],
  world: PlainWorld,
  read: DataFileReader | undefined,
): PlainParsers {
  const library = new PatternLibrary()
  const stages = new Map<string, { node: PlainNode; advances: boolean }[]>()
  for (const { item, documents } of items) {
    for (const { value } of documents) {
      loadDataFiles(value.data, { files: world.files, read, errors: [], warnings: [] })
    }
    for (const { value } of documents) {
      const nodes = stages.get(stageOf(item)) ?? []
      nodes.push({ node: plainNode(value, library, world), advances: value.onSuccess === 'next_stage' })
      stages.set(stageOf(item), nodes)
    }
  }
  const names = [...stages.keys()].sort()
  const nextStage = (stage: string) => names[names.indexOf(stage) + 1] ?? stage
  const runStage = (stage: string, event: Event): boolean => {
    let succeeded = false
    for (const { node, advances } of stages.get(stage) ?? []) {
      const matched = node(event, nextStage)
      succeeded ||= matched
      if ((matched && advances) || event.stage !== stage) break
    }
    return succeeded
  }
  return (event) => {
    event.processed = false
    if (event.stage === '') event.stage = names[0] ?? ''
    try {
      for (const stage of names) {
        if (event.stage > stage) continue
        if (event.stage !== stage || !runStage(stage, event)) return false
      }
    } catch (error) {
      if (error instanceof GivenUp) return false
      throw error
    }
    event.processed = true
    return true
  }
}
