import { types } from '../type/type.ts'
import { type HelperFamily, helper } from './capability.ts'

const { string } = types

/** What nodes kept of earlier events. */
export const stashHelpers: HelperFamily = ({ stash }) => ({
  GetFromStash: helper(types.func([string, string], string), (cache: string, key: string) =>
    stash.get(cache, key),
  ),
})
