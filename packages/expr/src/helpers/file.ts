import { types } from '../type/type.ts'
import { type HelperFamily, helper } from './capability.ts'

const { string, bool } = types

/** What expressions ask of the data files of items. Files that were never loaded are empty. */
export const fileHelpers: HelperFamily = ({ files }) => ({
  File: helper(types.func([string], types.array(string)), (name: string) => files.strings(name)),
  RegexpInFile: helper(types.func([string, string], bool), (text: string, name: string) =>
    files.matches(name, text),
  ),
})
