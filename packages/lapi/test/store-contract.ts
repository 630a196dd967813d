import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { machineContract } from './store-contract/machines.ts'
import { bouncerContract } from './store-contract/bouncers.ts'
import { alertContract } from './store-contract/alerts.ts'
import { filterContract } from './store-contract/alert-filters.ts'
import { decisionContract } from './store-contract/decisions.ts'
import { allowlistContract } from './store-contract/allowlists.ts'
import { textContract } from './store-contract/texts.ts'
import { changeContract } from './store-contract/changes.ts'
import { keptContract } from './store-contract/kept.ts'

/** What every store must do, whatever database lies below: call it once a database. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the store on ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(async () => {
      await store.close()
    })

    describe('machines', () => machineContract(() => store))
    describe('bouncers', () => bouncerContract(() => store))
    describe('alerts', () => alertContract(() => store))
    describe('filters of alerts', () => filterContract(() => store))
    describe('decisions', () => decisionContract(() => store))
    describe('allowlists', () => allowlistContract(() => store))
    describe('texts', () => textContract(() => store))
    describe('changes', () => changeContract(() => store))
    describe('what is kept besides', () => keptContract(() => store))
  })
}
