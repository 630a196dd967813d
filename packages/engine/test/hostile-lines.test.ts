import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../../testkit/src/index.ts'
import { lineEvent, parserItem, testParsers } from './parsers.ts'

const hub = join(sharedFolder, 'hub')

/** Log types whose parsers read JSON, XML, pairs, nested syslog or plain text. */
const types = [
  'syslog',
  'nginx',
  'apache2',
  'traefik',
  'caddy',
  'authelia',
  'laurel',
  'auditd',
  'fortinet',
  'kasm',
  'iis',
  'windows',
  'k8s-audit',
  'aws-cloudtrail',
  'postfix',
]

const head = 'Nov 20 00:00:00 web-01 sshd[54997]: '
const hostile: [what: string, line: string][] = [
  ['nothing', ''],
  ['a megabyte of one letter', 'a'.repeat(1 << 20)],
  ['a megabyte of a message that nearly matches', head + 'Failed password for '.repeat(50_000)],
  ['a megabyte of path', `1.2.3.4 - - [20/Nov/2026:00:00:00 +0000] "GET /${'a/'.repeat(500_000)}`],
  ['JSON of depth 10,000', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ['lists of depth 10,000', '['.repeat(10_000) + ']'.repeat(10_000)],
  ['XML of depth 10,000', '<a>'.repeat(10_000)],
  ['XML with entities', '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><Event>&c;</Event>'],
  ['100,000 pairs', 'k="v\\" '.repeat(100_000)],
  ['invalid bytes', `${head}\uFFFD\u0000\uD800${'\uFFFD'.repeat(1000)}`],
  ['a date out of range', 'Feb 31 25:61:61 web-01 sshd[1]: Invalid user x from 999.999.999.999 port 1'],
]

describeNeeding([needShared('hub')], 'hostile lines', () => {
  const files = readdirSync(join(hub, 'parsers'), { recursive: true, encoding: 'utf8' })
  const items = files
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({
      ...parserItem(name.split('/', 1)[0] ?? '', name, readFileSync(join(hub, 'parsers', name), 'utf8')),
      path: `parsers/${name}`,
    }))
  const set = testParsers(...items)

  it.each(hostile)('of %s have an outcome', (_what, line) => {
    for (const type of types) expect(set.parse(lineEvent(line, { type }))).toBeTypeOf('boolean')
  })

  it('made of anything have an outcome', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.json(),
      fc
        .tuple(fc.constantFrom(head, '<34>1 ', '{"'), fc.string({ maxLength: 300 }))
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(line, fc.constantFrom(...types), (raw, type) => {
        expect(set.parse(lineEvent(raw, { type }))).toBeTypeOf('boolean')
      }),
      { numRuns: 500 },
    )
  })
})
