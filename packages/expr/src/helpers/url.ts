import { escapeUrl, parseQueryLeniently, parseQueryStrictly, queryOf, unescapeUrl } from '../go/url.ts'
import { types } from '../type/type.ts'
import { helper, type HelperFamily } from './capability.ts'

const { string } = types
const strings = types.array(string)
const toText = types.func([string], string)
const toValues = types.func([string], types.map(strings))

/** Helpers on URIs. What cannot be unescaped stays as it is. */
export const urlHelpers: HelperFamily = () => ({
  PathEscape: helper(toText, (text: string) => escapeUrl(text, 'path')),
  PathUnescape: helper(toText, (text: string) => unescapeUrl(text, 'path') ?? text),
  QueryEscape: helper(toText, (text: string) => escapeUrl(text, 'query')),
  QueryUnescape: helper(toText, (text: string) => unescapeUrl(text, 'query') ?? text),
  ParseUri: helper(toValues, (uri: string) => {
    const query = queryOf(uri)
    return (query === null ? null : parseQueryStrictly(query)) ?? new Map()
  }),
  ParseQuery: helper(toValues, parseQueryLeniently),
  ExtractQueryParam: helper(types.func([string, string], strings), (uri: string, name: string) => {
    const question = uri.indexOf('?')
    if (question < 0) return []
    return parseQueryLeniently(uri.slice(question + 1)).get(name) ?? []
  }),
})
