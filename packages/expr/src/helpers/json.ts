import { decodeBase64 } from '../go/base64.ts'
import { formatJson, parseJson } from '../go/json.ts'
import { nilList, nilMap } from '../runtime/fetch.ts'
import { fromBytes } from '../runtime/text.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { helper, type HelperFamily } from './capability.ts'
import { type Found, followPath, pathSegments, unescapeJson } from './json-path.ts'

const { any, string } = types
const fromPath = types.func([string, string], string)

/** Helpers on JSON. What is not there is empty. */
export const jsonHelpers: HelperFamily = () => ({
  JsonExtract: helper(
    fromPath,
    (text: string, path: string) => followPath(text, pathSegments(path))?.raw ?? '',
  ),
  JsonExtractUnescape: helper(
    types.func([string, string], string, { variadic: true }),
    (text: string, ...keys: string[]) => extractUnescaped(text, keys),
  ),
  JsonExtractLib: helper(types.func([string, string], string, { variadic: true }), () => {
    // The original takes its path as a list that no expression can make.
    throw new Error('"JsonExtractLib" cannot be called from an expression: use JsonExtract')
  }),
  JsonExtractSlice: helper(types.func([string, string], types.array(any)), (text: string, path: string) =>
    extract(text, path, 'array', nilList),
  ),
  JsonExtractObject: helper(types.func([string, string], types.map(any)), (text: string, path: string) =>
    extract(text, path, 'object', nilMap),
  ),
  ToJsonString: helper(types.func([any], string), toJsonString),
  UnmarshalJSON: helper(
    types.func([string, types.map(any), string], any),
    (text: string, target: Map<string, Value>, key: string) => {
      target.set(key, parseJson(text))
      return null
    },
  ),
  B64Decode: helper(types.func([string], string), (text: string) => {
    const bytes = decodeBase64(text)
    if (!bytes) throw new Error('the text is no base64')
    return fromBytes(bytes)
  }),
})

/** A string under a key; more than one key are a mistake that the original answers with nothing. */
function extractUnescaped(text: string, keys: readonly string[]): string {
  const [key] = keys
  if (key === undefined) throw new Error('"JsonExtractUnescape" takes a key')
  const found = followPath(text, [key])
  return found?.kind === 'string' ? (unescapeJson(found.raw) ?? '') : ''
}

function extract(text: string, path: string, kind: Found['kind'], nothing: Value): Value {
  const found = followPath(text, pathSegments(path))
  if (found?.kind !== kind) return nothing
  try {
    return parseJson(found.raw)
  } catch {
    return nothing
  }
}

function toJsonString(value: Value): string {
  try {
    return formatJson(value)
  } catch {
    return ''
  }
}
