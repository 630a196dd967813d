import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { describeNeeding, needShared, sharedFolder } from '../packages/testkit/src/index.ts'

const launcher = fileURLToPath(new URL('../packages/cli/bin/tocsin.js', import.meta.url))
const hub = join(sharedFolder, 'hub')
const hubFlags = ['--hub', hub, '--hub-data', join(sharedFolder, 'hub-data')]

interface ReplayedAlert {
  scenario: string
  source: { scope: string; value: string }
  events: unknown[]
  decisions?: unknown
}

/** The hub tests that stand for the main job, and the alerts that their asserts expect. */
const cases = [
  { test: 'ssh-bf', type: 'syslog', items: 'crowdsecurity/sshd-logs,crowdsecurity/ssh-bf' },
  { test: 'ssh-slow-bf', type: 'syslog', items: 'crowdsecurity/sshd-logs,crowdsecurity/ssh-slow-bf' },
  { test: 'nginx-http-generic-bf', type: 'nginx', items: 'crowdsecurity/http-generic-bf' },
  { test: 'nginx-http-sensitive-files', type: 'nginx', items: 'crowdsecurity/http-sensitive-files' },
  { test: 'nginx-http-sqli-probing', type: 'nginx', items: 'crowdsecurity/http-sqli-probing' },
  { test: 'nginx-http-xss-probing', type: 'nginx', items: 'crowdsecurity/http-xss-probing' },
  { test: 'nginx-http-backdoor', type: 'nginx', items: 'crowdsecurity/http-backdoors-attempts' },
  { test: 'nginx-http-w00twoot', type: 'nginx', items: 'ltsich/http-w00tw00t' },
]
const common =
  'crowdsecurity/syslog-logs,crowdsecurity/dateparse-enrich,crowdsecurity/nginx-logs,crowdsecurity/http-logs'

describeNeeding([needShared('hub')], 'the public hub runs unchanged', () => {
  it.each(cases)(
    'replay of the log of $test gives the alerts that its asserts expect',
    ({ test, type, items }) => {
      const folder = join(hub, '.tests', test)
      const log = /^log_file: (\S+)/m.exec(readFileSync(join(folder, 'config.yaml'), 'utf8'))?.[1] ?? ''
      const args = [
        'replay',
        join(folder, log),
        '--type',
        type,
        ...hubFlags,
        '--items',
        `${items},${common}`,
        '-o',
        'json',
      ]
      const output = execFileSync(launcher, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      const alerts = output
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReplayedAlert]))
      const asserts = readFileSync(join(folder, 'scenario.assert'), 'utf8')
      expect(alerts).toHaveLength(Number(/^len\(results\) == (\d+)/m.exec(asserts)?.[1]))
      const expected = Array.from(
        asserts.matchAll(/^"([^"]+)" in results\[\d+\]/gm),
        (match) => match[1] ?? '',
      )
      expect(alerts.map(({ source }) => source.value).toSorted()).toEqual(expected.toSorted())
      expect(alerts.every((alert) => alert.events.length > 0 && alert.decisions === undefined)).toBe(true)
    },
  )

  it('passes the hub tests themselves', () => {
    const names = cases.map(({ test }) => test)
    const args = ['hubtest', 'run', ...names, ...hubFlags, '--now', '2026-11-22T12:00:00Z', '-o', 'json']
    const result = JSON.parse(execFileSync(launcher, args, { encoding: 'utf8' })) as {
      success: string[]
      fail: unknown[]
    }
    expect({ ...result, success: result.success.toSorted() }).toEqual({ success: names.toSorted(), fail: [] })
  })
})
