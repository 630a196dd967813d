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
  PathUnescape: helper(toText, (text: string) => unescapeUrl(text, 'path') ?? text, {
    origins: escapedForms,
  }),
  QueryEscape: helper(toText, (text: string) => escapeUrl(text, 'query')),
  QueryUnescape: helper(toText, (text: string) => unescapeUrl(text, 'query') ?? text, {
    origins: (text) => [...escapedForms(text), ...(text.includes(' ') ? ['+'] : [])],
  }),
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

/** Letters that become ASCII ones where upper case is made of lower case, or the other way round. */
const foreignForms: Readonly<Record<string, readonly string[]>> = {
  i: ['%c4%b1', '%c4%b0'],
  s: ['%c5%bf'],
  k: ['%e2%84%aa'],
}

/** What an escaped text has in it that is another once it is unescaped: that one, or a character of it as an escape. */
function escapedForms(text: string): string[] {
  const forms = new Set([text])
  for (const character of text) for (const form of escapesOf(character)) forms.add(form)
  return [...forms]
}

const knownEscapes = new Map<string, readonly string[]>()

/** The escapes that stand for a character of ASCII in either case. */
function escapesOf(character: string): readonly string[] {
  let escapes = knownEscapes.get(character)
  if (!escapes) {
    const letters = [...new Set([character.toLowerCase(), character.toUpperCase()])]
    const plain = letters.map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`)
    escapes = [...plain, ...(foreignForms[character.toLowerCase()] ?? [])]
    if (character < '\x80') knownEscapes.set(character, escapes)
  }
  return escapes
}
