import { structType } from '../type/struct-type.ts'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { any, string } = types

/** A pointer to a duration, which no expression can make: nil, the default of the cache, is all that fits. */
const optionalDuration = types.pointer(structType('pointer to duration', { fields: {} }))

/** Helpers on stash caches. */
export const stashHelpers: HelperFamily = ({ stash }) => ({
  GetFromStash: helper(types.func([string, string], string), (cache: string, key: string) =>
    stash.get(cache, key),
  ),
  SetInStash: helper(
    types.func([string, string, string, optionalDuration], any),
    (cache: string, key: string, value: string) => {
      stash.set(cache, key, value)
      return null
    },
  ),
})
