import { describe, expect, test } from 'vitest'
import { eventEnvironment } from '../../test/event-environment.ts'
import { compileExpr, textClues } from '../index.ts'

function cluesIn(source: string): Record<string, readonly string[]> | null {
  const clues = textClues(compileExpr(source, eventEnvironment))
  return clues && Object.fromEntries(clues.map(({ path, texts }) => [path.replace('evt.', ''), texts]))
}

describe('a filter needs', () => {
  test.each<[source: string, clues: Record<string, string[]>]>([
    ["evt.Meta.p contains 'Wp-Json'", { 'Meta.p': ['wp-json'] }],
    ["evt.Meta.p endsWith '.env'", { 'Meta.p': ['.env'] }],
    ["Upper(evt.Meta.p) contains Upper('/xmlrpc')", { 'Meta.p': ['/xmlrpc'] }],
    ["lower(evt.Meta.p) == lower('/XMLRPC')", { 'Meta.p': ['/xmlrpc'] }],
    ["'/xmlrpc' == TrimSpace(Lower(evt.Meta.p))", { 'Meta.p': ['/xmlrpc'] }],
    ["Lower(evt.Meta.p) in ['/shell', '/door']", { 'Meta.p': ['/shell', '/door'] }],
    ["evt.Meta.p matches '(?i)/\\\\d+{@x'", { 'Meta.p': ['{@x'] }],
    ["evt.Meta.p matches '/cgi-bin/.*[.]sh$'", { 'Meta.p': ['/cgi-bin/'] }],
    ["Lower(evt.Meta.p) matches Lower('/CGI-bin/')", { 'Meta.p': ['/cgi-bin/'] }],
    ["PathUnescape(evt.Meta.p) contains '${'", { 'Meta.p': ['${', '%24', '%7b'] }],
    ["QueryUnescape(evt.Meta.p) contains '{ '", { 'Meta.p': ['{', '%7b'] }],
    [
      "Upper(PathUnescape(QueryUnescape(evt.Meta.p))) contains '$'",
      { 'Meta.p': ['$', '%24', '%25', '%32', '%34'] },
    ],
    ["PathUnescape(evt.Meta.p) contains 'sss'", { 'Meta.p': ['sss', '%73', '%53', '%c5%bf'] }],
    ["evt.Meta.p contains 'naïve'", { 'Meta.p': ['ve'] }],
    ["evt.Meta.p contains 'maſk'", { 'Meta.p': ['mask'] }],
    ["any(File('lines.txt'), { evt.Meta.p contains # })", { 'Meta.p': ['alpha', 'beta', 'gamma delt'] }],
    [
      "any(File('lines.txt'), { len(#) > 0 && (Upper(evt.Meta.p) contains Upper(#) || evt.Meta.q == #) })",
      { 'Meta.p': ['alpha', 'beta', 'gamma delt'], 'Meta.q': ['alpha', 'beta', 'gamma delt'] },
    ],
    ["evt.Meta.p in File('lines.txt')", { 'Meta.p': ['alpha', 'beta', 'gamma delt'] }],
    ["any(['$a', ''], { # != '' && evt.Meta.p contains # })", { 'Meta.p': ['$a'] }],
    [
      `any(['{"u": "/x.cgi"}', '{"u": "/y.cgi"}'], {
        evt.Meta.p contains JsonExtract(#, "u") ? evt.SetMeta("cve", #) : false
      })`,
      { 'Meta.p': ['/x.cgi', '/y.cgi'] },
    ],
    ["LookupFile(evt.Meta.p, 'map.jsonl') != ''", { 'Meta.p': ['exact', 'curl', 'moz'] }],
    [
      "let t = LookupFile(evt.Meta.p, 'map.jsonl'); t != '' ? evt.SetMeta('t', t) : false",
      { 'Meta.p': ['exact', 'curl', 'moz'] },
    ],
    ["let p = Lower(evt.Meta.p); p contains '$a' || p contains '$b'", { 'Meta.p': ['$a', '$b'] }],
    ["if (evt.Meta.p contains '$a') { int(evt.Meta.q) > 3 } else { false }", { 'Meta.p': ['$a'] }],
    ["evt.Meta.q == 'x' ? evt.Meta.p contains '$a' : evt.Meta.p contains '$b'", { 'Meta.p': ['$a', '$b'] }],
    ["evt.Meta.a == 'x' || Lower(evt.Meta.b) contains '$b'", { 'Meta.a': ['x'], 'Meta.b': ['$b'] }],
    [
      "evt.Meta.t == 'a' && evt.Meta.q == '{x}' && int(evt.Meta.n) > 2 || evt.Meta.p startsWith '/$b'",
      { 'Meta.q': ['{x}'], 'Meta.p': ['/$b'] },
    ],
    ["evt.Meta.p contains 'a$b$c' || evt.Meta.p contains 'b$'", { 'Meta.p': ['b$'] }],
  ])('%s', (source, clues) => {
    expect(cluesIn(source)).toEqual(clues)
  })
})

describe('the telling operand of those that are reached counts', () => {
  test.each<[source: string, clues: Record<string, string[]> | null]>([
    ["evt.Meta.t == 'long-but-always-there' && evt.Meta.p contains '$a'", { 'Meta.p': ['$a'] }],
    ["Upper(evt.Meta.v) == 'GET' && evt.Meta.p contains '/a.cgi'", { 'Meta.p': ['/a.cgi'] }],
    [
      "IpInRange(evt.Meta.ip, '10.0.0.0/8') && any(File('lines.txt'), { evt.Meta.q contains # }) && evt.Meta.p contains '$$$$$'",
      { 'Meta.p': ['$$$$$'] },
    ],
    ["int(evt.Meta.n) > 3 && evt.Meta.p contains '$a'", null],
    ["evt.SetMeta('a', 'b') && evt.Meta.p contains '$a'", null],
    ["evt.Meta.q contains 'ab$' && int(evt.Meta.n) > 3 && evt.Meta.p contains '$$$$'", { 'Meta.q': ['ab$'] }],
    ["any(File('lines.txt'), { B64Decode(#) == evt.Meta.q }) && evt.Meta.p contains '$a'", null],
  ])('%s', (source, clues) => {
    expect(cluesIn(source)).toEqual(clues)
  })
})

describe('nothing is known of', () => {
  test.each([
    "evt.Meta.p == 'x'",
    "evt.Meta.p in ['x', 'y'] && evt.Meta.q == 'abcdef'",
    "evt.Meta.p contains ''",
    "evt.Meta.p contains '/'",
    "evt.Meta.p contains 'é'",
    "not (evt.Meta.p contains '$a')",
    "evt.Meta.p != '$a'",
    "evt.Meta.p matches '^[a-z]+$'",
    "evt.Meta.p matches Lower('(')",
    "evt.Meta.p contains '$a' || evt.Whitelisted",
    "evt.Meta.p contains '$a' ? true : evt.Whitelisted",
    "evt.Unmarshaled.json.a contains '$a'",
    "evt.Overflow.Alert.Scenario contains '$a'",
    "evt.GetMeta('p') contains '$a'",
    "B64Decode(evt.Meta.p) contains '$a'",
    "evt.Meta.p contains B64Decode('!')",
    "any(File('unknown.txt'), { evt.Meta.p contains # })",
    'any(File(evt.Meta.f), { evt.Meta.p contains # })',
    "none(File('lines.txt'), { evt.Meta.p contains # })",
    "any(['', '$a'], { evt.Meta.p contains # })",
    "RegexpInFile(evt.Meta.p, 'regex.txt')",
    "RegexpInFile(evt.Meta.p, 'unknown.txt')",
    "any(File('lines.txt'), { any(File('lines.txt'), { evt.Meta.p contains # }) })",
    "let n = int(evt.Meta.n); evt.Meta.p contains '$a'",
  ])('%s', (source) => {
    expect(cluesIn(source)).toBeNull()
  })
})

test('what is never true needs what is never there', () => {
  expect(cluesIn("evt.Meta.p contains '$a' ? false : false")).toEqual({})
})

test('texts are short, and the telling part of long ones', () => {
  const clues = cluesIn("evt.Meta.p contains 'https://www.login.com/index.php?xx${jndi:ldap://someone/'")
  expect(clues?.['Meta.p']).toEqual(['p?xx${j'])
})
