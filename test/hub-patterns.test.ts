import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readHubPatterns } from '../bench/regex/hub-patterns.ts'
import { hostileLines, inflatedLines, randomNumbers } from '../packages/regex/test/hostile.ts'
import { linearityFaults } from '../packages/regex/test/linearity.ts'
import { matchingText } from '../packages/regex/test/matching-text.ts'
import { parseRegex } from '../packages/regex/src/syntax/parse.ts'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

/** More than V8 is ever asked about. */
const length = 2048

describeNeeding([needShared('hub'), needShared('hub-data')], 'patterns of the public hub', () => {
  const { patterns, lists } = readHubPatterns(join(sharedFolder, 'hub'), join(sharedFolder, 'hub-data'))

  it('are found wherever they stand', () => {
    const uses = Map.groupBy(patterns, ({ use }) => use)
    expect(uses.get('grok')?.length).toBeGreaterThan(500)
    expect(uses.get('expression')?.length).toBeGreaterThan(60)
    expect(uses.get('rule')?.length).toBeGreaterThan(40)
    expect(lists.map(({ file }) => file)).toContain('bad_user_agents.regex.txt')
  })

  it.each(['grok', 'expression', 'rule'])('of each %s are answered by a linear engine', (use) => {
    for (const { source } of patterns.filter((pattern) => pattern.use === use)) expectLinear(source)
  })

  it.each(lists)('of the list $file are answered by a linear engine', ({ sources }) => {
    for (const source of sources) expectLinear(source)
  })
})

function expectLinear(source: string): void {
  const random = randomNumbers(source.length)
  const matching = Array.from({ length: 2 }, () => matchingText(parseRegex(source).root, random))
  const lines = [...hostileLines(matching, length), ...inflatedLines(source, length)]
  expect(linearityFaults(source, lines)).toEqual([])
}
