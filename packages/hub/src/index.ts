export {
  allItems,
  findItem,
  type HubIndex,
  type HubItem,
  type HubItemType,
  type HubMember,
  installableTypes,
  isHubItemType,
  versionOf,
} from './hub-index.ts'
export { readHub } from './read-hub.ts'
export { selectItems } from './select-items.ts'
export { loadItemFiles, loadLooseItem } from './item-files.ts'
export { hubDataFile } from './hub-data.ts'
export { readLogLines } from './hubtest/log-lines.ts'
export { type HubTest, listHubTests, readHubTest } from './hubtest/test-config.ts'
export { itemsOfTest } from './hubtest/test-items.ts'
export {
  type HubTestOptions,
  type HubTestPlaces,
  type HubTestResult,
  type HubTestRun,
  replayTest,
  runHubTest,
} from './hubtest/run-test.ts'
export { type HubTestsReport, type HubTestsRequest, runHubTests } from './hubtest/run-tests.ts'
export { parserAsserts, scenarioAsserts } from './hubtest/generate-asserts.ts'
export { AllItemsRunner } from './hubtest/all-items.ts'
export { createHubTest, type NewHubTest } from './hubtest/create-test.ts'
export { hubTestCoverage, type ItemCoverage } from './hubtest/coverage.ts'
export { evalHubTest } from './hubtest/eval-test.ts'
export { explainLines, type ExplainOptions, type LineExplanation } from './explain/explain-lines.ts'
export { renderExplanations, type RenderOptions } from './explain/render.ts'
