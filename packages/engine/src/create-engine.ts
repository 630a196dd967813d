import { DataFiles, noWorld, StashCaches } from '@tocsin/expr'
import { type Clock, silentLogger, systemClock, type TocsinError } from '@tocsin/model'
import { compileContexts, defaultContextBytes } from './alert/context.ts'
import { isSimulated } from './alert/simulation.ts'
import { ScenarioIndex } from './bucket/scenario-index.ts'
import { scenarioEnvironments } from './bucket/environments.ts'
import { loadScenarios } from './bucket/load-scenarios.ts'
import { loadDataFiles } from './data/load-data.ts'
import { geoOfItems } from './geo-of-items.ts'
import { noGeo } from './enrich/geo.ts'
import { geoService } from './enrich/geo-service.ts'
import type { ItemFile } from './item/item-file.ts'
import { type ItemDocuments, itemErrors, readItems } from './item/read-items.ts'
import { loadParsers } from './parser/load-parsers.ts'
import { Engine, type EngineOptions, type EngineParts } from './pipeline.ts'
import { needsOf } from './demand/needs.ts'
import { Sieve } from './sieve/sieve.ts'

/**
 * Builds an engine of items. Throws TocsinErrors (ITEMS_UNREADABLE) with every error of every item, unless
 * `tolerant`: then the good items run and the errors are handed back.
 */
export function createEngine(items: readonly ItemFile[], options: EngineOptions): Engine {
  const now = options.mode === 'replay' ? (options.clock ?? systemClock)() : 0
  const clock = options.mode === 'replay' ? () => now : (options.clock ?? systemClock)
  const parts = buildParts(items, options, clock)
  if (parts.errors.length > 0 && !options.tolerant) throw itemErrors(parts.errors)
  return new Engine(parts, options, clock)
}

/**
 * Builds a sieve of items: for an engine of the same items and options in another thread. Items with errors are left
 * out, since that engine reports them.
 */
export function createSieve(items: readonly ItemFile[], options: EngineOptions): Sieve {
  const clock = options.clock ?? systemClock
  const { parsers, scenarios, contexts, environment } = buildParts(items, options, clock)
  const { kept, demand } = needsOf(scenarios, contexts)
  parsers.plan(demand, environment)
  return new Sieve(parsers, scenarios, new ScenarioIndex(scenarios), kept)
}

function buildParts(items: readonly ItemFile[], options: EngineOptions, clock: Clock): EngineParts {
  const { dataFile, logger = silentLogger } = options
  const files = new DataFiles()
  const stash = new StashCaches(clock)
  const geo = geoOfItems(items, dataFile)
  const known = geo === noGeo ? {} : { geo: geoService(geo) }
  const given = { ...known, ...options.capabilities, files, stash, clock }
  const environments = scenarioEnvironments(options.mode === 'replay' ? noWorld(given) : given)
  const others = items.filter(({ type }) => type === 'scenarios' || type === 'contexts')
  const documents = readItems(others, { tolerant: true })
  const parsers = loadParsers(items, {
    environment: environments.event,
    stash,
    files,
    clock,
    logger,
    geo,
    tolerant: true,
    ...(dataFile ? { dataFile } : {}),
    ...(options.reverseLookup ? { reverseLookup: options.reverseLookup } : {}),
  })
  const errors = [...parsers.errors, ...documents.errors]
  const warnings = [...parsers.warnings, ...documents.warnings]
  loadScenarioData(documents, { files, read: dataFile, errors, warnings })
  const report = (error: TocsinError) => errors.push(error)
  const simulation = options.simulation ?? { enabled: false, exclusions: [] }
  const scenarios = loadScenarios(
    documents.scenarios,
    {
      environments,
      isSimulated: (name) => isSimulated(simulation, name),
      onFailure: (scenario, error) => logger.debug(`an expression of ${scenario} failed`, { error }),
    },
    report,
  )
  const maxBytes = options.contextBytes ?? defaultContextBytes
  const contexts = compileContexts(documents.contexts, environments, report, maxBytes)
  return { parsers, scenarios, contexts, environment: environments.event, errors, warnings }
}

function loadScenarioData(documents: ItemDocuments, load: Parameters<typeof loadDataFiles>[1]): void {
  const sources = documents.scenarios.flatMap((item) => item.documents.flatMap(({ value }) => value.data))
  loadDataFiles(sources, load)
}
