import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const content = fileURLToPath(new URL('../content/', import.meta.url))
const json = (...args: string[]) =>
  JSON.parse(execFileSync(launcher, [...args, '-o', 'json'], { encoding: 'utf8' })) as unknown

it('what Tocsin ships passes its own hub tests', { timeout: 60_000 }, () => {
  const names = readdirSync(`${content}/.tests`).toSorted()
  expect(names.length).toBeGreaterThan(30)
  expect(json('hubtest', 'run', '--all', '--now', '2026-11-22T12:00:00Z')).toEqual({
    success: names,
    fail: [],
  })
})

it('every parser, scenario and postoverflow that it ships has a test', () => {
  expect(json('hubtest', 'coverage', '--percent')).toEqual({ percent: 100 })
})

it.each([
  ['auth.log', 'syslog', 8],
  ['access.log', 'nginx', 9],
])('the sample %s shows its attacks', (file, type, alerts) => {
  const output = execFileSync(
    launcher,
    ['replay', `${content}/samples/${file}`, '--type', type, '-o', 'json'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  expect(output.trimEnd().split('\n')).toHaveLength(alerts)
})
