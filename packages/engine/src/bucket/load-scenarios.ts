import type { TocsinError } from '@tocsin/model'
import type { ItemFile } from '../item/item-file.ts'
import type { ReadItem } from '../item/read-items.ts'
import type { ScenarioDocument } from '../item/scenario-schema.ts'
import { compileScenario, type Scenario, type ScenarioContext } from './scenario.ts'

/**
 * Compiles the scenarios of all items, in the order in which events are poured: items by name, documents as they
 * stand in their file. An item with an error is left out as a whole; all errors are reported.
 */
export function loadScenarios(
  items: readonly ReadItem<ScenarioDocument>[],
  context: Omit<ScenarioContext, 'report'>,
  report: (error: TocsinError, item: ItemFile) => void,
): Scenario[] {
  const sorted = [...items].sort((a, b) => (a.item.name < b.item.name ? -1 : 1))
  return sorted.flatMap(({ item, documents }) => {
    let errors = 0
    const own: ScenarioContext = {
      ...context,
      report: (error) => {
        errors++
        report(error, item)
      },
    }
    const scenarios = documents.flatMap((document) => compileScenario(item, document, own) ?? [])
    return errors > 0 ? [] : scenarios
  })
}
