import { readHub } from '../read-hub.ts'
import { AllItemsRunner } from './all-items.ts'
import { type HubTestResult, runHubTest } from './run-test.ts'

/** What a run of several tests is told, in a form that can be sent to a thread. */
export interface TestOrders {
  readonly hubFolder: string
  readonly hubData: string
  readonly testsFolder: string
  readonly nowMs: number | undefined
  readonly withAllItems: boolean
}

/** A function that runs one test after the other by the orders. Throws what reading the hub throws. */
export function testRunner(orders: TestOrders): (name: string) => Promise<HubTestResult> {
  const { hubFolder, hubData, testsFolder, nowMs, withAllItems } = orders
  const places = { hub: readHub(hubFolder), hubData, testsFolder }
  const options = nowMs === undefined ? {} : { clock: () => nowMs }
  if (!withAllItems) return async (name) => await runHubTest(name, places, options)
  const runner = new AllItemsRunner(places, options)
  return async (name) => await runner.run(name)
}
