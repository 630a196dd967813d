import { fromBytes } from '../runtime/text.ts'

type Part = 'path' | 'query'

const unreserved = /^[A-Za-z0-9\-_.~]$/
const pathSafe = /^[$&+=:@]$/

/** Percent-encodes a text for a path segment or a query. Source: Go's net/url. */
export function escapeUrl(text: string, part: Part): string {
  let result = ''
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte)
    if (unreserved.test(character) || (part === 'path' && pathSafe.test(character))) result += character
    else if (byte === 0x20 && part === 'query') result += '+'
    else result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return result
}

/** Undoes percent-encoding; null where a % is not followed by two hexadecimal digits. */
export function unescapeUrl(text: string, part: Part): string | null {
  const spaced = part === 'query' && text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  if (/%(?![0-9A-Fa-f]{2})/.test(spaced)) return null
  return decodePercents(spaced)
}

function decodePercents(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    fromBytes(Buffer.from(run.replaceAll('%', ''), 'hex')),
  )
}

/** As unescapeUrl for a query, with every malformed % left as it is. */
export function unescapeLeniently(text: string): string {
  return decodePercents(text.replaceAll('+', ' '))
}

/** The keys and values of a query, strictly: null where a piece is malformed or has a semicolon. */
export function parseQueryStrictly(query: string): Map<string, string[]> | null {
  const values = new Map<string, string[]>()
  for (const [key, value] of pairs(query)) {
    const [name, text] = [unescapeUrl(key, 'query'), unescapeUrl(value, 'query')]
    if (key.includes(';') || value.includes(';') || name === null || text === null) return null
    push(values, name, text)
  }
  return values
}

/** The keys and values of a query, taking what there is. */
export function parseQueryLeniently(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [key, value] of pairs(query)) push(values, unescapeLeniently(key), unescapeLeniently(value))
  return values
}

function* pairs(query: string): Generator<readonly [key: string, value: string]> {
  for (const piece of query.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    yield equals < 0 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)]
  }
}

function push(values: Map<string, string[]>, key: string, value: string): void {
  const known = values.get(key)
  if (known) known.push(value)
  else values.set(key, [value])
}

/** The query of a URI, '' where it has none; null where the URI is malformed. Source: url.Parse. */
export function queryOf(uri: string): string | null {
  const [withoutFragment = ''] = uri.split('#', 1)
  const fragment = uri.slice(withoutFragment.length + 1)
  if (/[\x00-\x1f\x7f]/.test(uri) || unescapeUrl(fragment, 'path') === null) return null
  const rest = afterScheme(withoutFragment)
  if (rest === null) return null
  const question = rest.text.indexOf('?')
  const before = question < 0 ? rest.text : rest.text.slice(0, question)
  const query = question < 0 ? '' : rest.text.slice(question + 1)
  return isHierarchy(before, rest.scheme) ? query : null
}

function afterScheme(uri: string): { scheme: string; text: string } | null {
  if (uri === '') return { scheme: '', text: '' }
  if (uri.startsWith(':')) return null
  const scheme = /^[A-Za-z][A-Za-z0-9+\-.]*(?=:)/.exec(uri)?.[0]
  return scheme === undefined ? { scheme: '', text: uri } : { scheme, text: uri.slice(scheme.length + 1) }
}

/** Whether what stands before the query has the form of a host and a path. */
function isHierarchy(text: string, scheme: string): boolean {
  if (text === '*') return true
  if (!text.startsWith('/')) {
    // Something opaque, such as mailto:x; without a scheme, a colon in the first segment would look like one.
    if (scheme !== '') return true
    const [segment = ''] = text.split('/', 1)
    return !segment.includes(':') && unescapeUrl(text, 'path') !== null
  }
  if (!text.startsWith('//') || (scheme === '' && text.startsWith('///')))
    return unescapeUrl(text, 'path') !== null
  const slash = text.indexOf('/', 2)
  const authority = slash < 0 ? text.slice(2) : text.slice(2, slash)
  const path = slash < 0 ? '' : text.slice(slash)
  return isAuthority(authority) && unescapeUrl(path, 'path') !== null
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@')
  const user = at < 0 ? '' : authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || unescapeUrl(user, 'path') === null) return false
  const host = authority.slice(at + 1)
  if (host.startsWith('[')) return /^\[[^\]]*\](?::[0-9]*)?$/.test(host)
  const colon = host.lastIndexOf(':')
  if (colon >= 0 && !/^[0-9]*$/.test(host.slice(colon + 1))) return false
  // Of the bytes of a host, only those beyond ASCII may be written with percents.
  if (/%(?![0-9A-Fa-f]{2})/.test(host) || /%[0-7]/.test(host)) return false
  return /^[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]*$/u.test(host)
}
