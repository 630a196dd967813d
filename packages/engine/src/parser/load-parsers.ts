import type { DataFiles, Environment, StashCaches } from '@tocsin/expr'
import { type Clock, type Logger, silentLogger, type TocsinError } from '@tocsin/model'
import { type DataFileReader, loadDataFiles } from '../data/load-data.ts'
import { DateReader, parseDateMethod } from '../enrich/date.ts'
import { type Geo, noGeo } from '../enrich/geo.ts'
import { geoMethods } from '../enrich/geo-methods.ts'
import { unmarshalJsonMethod } from '../enrich/json.ts'
import type { EnrichMethod } from '../enrich/method.ts'
import { type ReverseLookup, ReverseNames, reverseDnsMethod } from '../enrich/reverse-dns.ts'
import { PatternLibrary } from '../grok/library.ts'
import { type ItemFile, stageOf } from '../item/item-file.ts'
import type { NodeDocument } from '../item/parser-schema.ts'
import { itemErrors, type ReadItem, readItems } from '../item/read-items.ts'
import { buildNode, type NodeBuild } from './build-node.ts'
import { ParserContext, type PlacedNode } from './context.ts'
import { ParserSet } from './parser-set.ts'
import { type Faults, noFaults } from './run.ts'

/** What parsers take from their host. */
export interface ParserOptions {
  /** Made by `eventEnvironment` with the same stash and data files. */
  readonly environment: Environment
  readonly stash: StashCaches
  readonly files: DataFiles
  /** Gives the bytes of a data file that an item names, or null if there is none. */
  readonly dataFile?: DataFileReader
  readonly clock: Clock
  readonly logger?: Logger
  /** Country, AS and block of an address; nothing is set without it. */
  readonly geo?: Geo
  /** Names of addresses; none without it, as in replay. */
  readonly reverseLookup?: ReverseLookup
  /** Leave out items with errors instead of throwing. */
  readonly tolerant?: boolean
}

/**
 * Builds the parsers and postoverflows among the items; others are ignored. Throws TocsinErrors (ITEMS_UNREADABLE)
 * with every error of every item, unless `tolerant`.
 */
export function loadParsers(items: readonly ItemFile[], options: ParserOptions): ParserSet {
  const wanted = items.filter(({ type }) => type === 'parsers' || type === 'postoverflows')
  const read = readItems(wanted, { tolerant: true })
  const errors = [...read.errors]
  const warnings = [...read.warnings]
  const names = new ReverseNames(options.reverseLookup ?? null, options.clock)
  const methods = enrichMethods(options, names)
  const faults = noFaults()
  const build = (found: readonly ReadItem<NodeDocument>[]) =>
    buildContext(found, { options, methods, faults, errors, warnings })
  const parts = { parsers: build(read.parsers), postoverflows: build(read.postoverflows) }
  if (errors.length > 0 && !options.tolerant) throw itemErrors(errors)
  const logger = options.logger ?? silentLogger
  for (const warning of warnings) logger.warn(warning.message, { ...warning.where, code: warning.code })
  return new ParserSet({
    ...parts,
    waits: options.reverseLookup !== undefined,
    faults,
    errors,
    warnings,
  })
}

function enrichMethods(options: ParserOptions, names: ReverseNames): ReadonlyMap<string, EnrichMethod> {
  const methods = [
    parseDateMethod(new DateReader()),
    ...geoMethods(options.geo ?? noGeo),
    reverseDnsMethod(names),
    unmarshalJsonMethod(options.environment),
  ]
  return new Map(methods.map((method) => [method.name, method]))
}

interface ContextBuild {
  readonly options: ParserOptions
  readonly methods: ReadonlyMap<string, EnrichMethod>
  readonly faults: Faults
  readonly errors: TocsinError[]
  readonly warnings: TocsinError[]
}

/** Parsers and postoverflows have a pattern library each. An item with an error is left out as a whole. */
function buildContext(found: readonly ReadItem<NodeDocument>[], context: ContextBuild): ParserContext {
  const { options, methods, warnings } = context
  const library = new PatternLibrary()
  const placed: PlacedNode[] = []
  for (const { item, documents } of found) {
    const errors: TocsinError[] = []
    const sources = documents.flatMap(({ value }) => value.data)
    loadDataFiles(sources, { files: options.files, read: options.dataFile, errors, warnings })
    const own = documents.map(({ value }): PlacedNode => {
      const asking: NodeBuild['asking'] = []
      const { environment, stash: caches } = options
      const node = buildNode(value, { environment, library, methods, caches, asking, errors, warnings })
      return { node, stage: stageOf(item), item: item.name, asking }
    })
    context.errors.push(...errors)
    if (errors.length === 0) placed.push(...own)
  }
  return new ParserContext(placed, options.environment, context.faults)
}
