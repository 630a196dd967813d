import { formatError } from '@tocsin/model'
import { describe, expect, it } from 'vitest'
import { acquisitionText, discoverSources } from '../discover.ts'
import { readAcquisitions } from './acquisition.ts'

function read(text: string, variables: Record<string, string> = {}) {
  return readAcquisitions(text, 'acquis.yaml', {
    compilePattern: (pattern) => new RegExp(pattern),
    variables,
  })
}

function errorsOf(text: string): string[] {
  return read(text).errors.map(formatError)
}

const build = { maxLineBytes: 1000, startAt: 'end' } as const

describe('acquisition documents', () => {
  it('are read one after another; the kind is told by the keys', () => {
    const { acquisitions, errors } = read(`
filenames: [/var/log/nginx/*.log, /var/log/app.log]
exclude_regexps: ['\\.gz$']
labels: { type: nginx, app: 3 }
---
source: file
name: logins
filename: /var/log/auth.log
mode: cat
poll_without_inotify: true
discovery_poll_enable: true
discovery_poll_interval: 30s
max_buffer_size: 4096
use_time_machine: true
force_inotify: true
log_level: warning
unique_id: x
labels:
  type: syslog
---
`)
    expect(errors).toEqual([])
    const sources = acquisitions.map((acquisition) => acquisition.build(build))
    expect(sources.map(({ name, kind }) => [kind, name])).toEqual([
      ['file', 'file /var/log/nginx/*.log'],
      ['file', 'logins'],
    ])
    expect([...(sources[0]?.labels ?? [])]).toEqual([
      ['type', 'nginx'],
      ['app', '3'],
    ])
    expect(sources.map((source) => source.describe())).toEqual([
      '/var/log/nginx/*.log, /var/log/app.log (type nginx)',
      '/var/log/auth.log (once, type syslog)',
    ])
  })

  it('take variables that are there, and keep dollars that name none', () => {
    const { acquisitions } = read('filename: "$LOGS/${APP}-$NONE$.log"\nlabels: { type: t }\n', {
      LOGS: '/logs',
      APP: 'web',
    })
    expect(acquisitions[0]?.build(build).describe()).toBe('/logs/web-$NONE$.log (type t)')
  })

  it('are refused with every error and its place', () => {
    expect(
      errorsOf(`filename: /a.log
labels: { program: x }
---
source: docker
container_name: [web]
labels: { type: t }
---
source: flie
labels: { type: t }
---
labels: { type: t }
---
journalctl_filter: ["_SYSTEMD_UNIT=ssh.service"]
labels: { type: syslog }
---
filename: /a.log
filenmaes: [/b.log]
transform: evt.Line.Raw
mode: tial
max_buffer_size: 0
discovery_poll_interval: never
exclude_regexps: ["("]
labels: { type: t }
---
source: file
labels: { type: t }
`),
    ).toMatchInlineSnapshot(`
      [
        "acquis.yaml:2:9  YAML_BAD_VALUE  cannot read "labels": the key "type" is missing or empty in labels
       | labels: { program: x }
       | ........^",
        "acquis.yaml:4:9  ACQUISITION_UNSUPPORTED  cannot read source: "docker" is not supported in source
       | source: docker
       | ........^
        hint: supported: file",
        "acquis.yaml:8:9  ACQUISITION_UNKNOWN  cannot read source: there is no kind "flie" in source
       | source: flie
       | ........^
        hint: supported: file",
        "acquis.yaml:11:1  ACQUISITION_NO_SOURCE  cannot read source: it does not say what it is
       | labels: { type: t }
       | ^
        hint: say "source: file", or give one of its keys: filename, filenames",
        "acquis.yaml:13:1  ACQUISITION_UNSUPPORTED  cannot read source: "journalctl" is not supported
       | journalctl_filter: ["_SYSTEMD_UNIT=ssh.service"]
       | ^
        hint: supported: file",
        "acquis.yaml:17:1  YAML_UNKNOWN_KEY  cannot read document: unknown key "filenmaes"
       | filenmaes: [/b.log]
       | ^
        hint: did you mean "filenames"?",
        "acquis.yaml:18:12  ACQUISITION_UNSUPPORTED  cannot read source: "transform" is not supported in transform
       | transform: evt.Line.Raw
       | ...........^
        hint: take it out, or do the same in a parser",
        "acquis.yaml:19:7  YAML_UNKNOWN_VALUE  cannot read "mode": unknown value "tial" in mode
       | mode: tial
       | ......^
        hint: known values: tail, cat",
        "acquis.yaml:20:18  YAML_BAD_VALUE  cannot read "max_buffer_size": it must be between 1 and 16777216 bytes in max_buffer_size
       | max_buffer_size: 0
       | .................^",
        "acquis.yaml:21:26  YAML_BAD_VALUE  cannot read "discovery_poll_interval": "never" is not a duration above zero such as 30s or 5m in discovery_poll_interval
       | discovery_poll_interval: never
       | .........................^",
        "acquis.yaml:22:19  ACQUISITION_BAD_PATTERN  cannot read source: bad pattern: Invalid regular expression: /(/: Unterminated group in exclude_regexps[0]
       | exclude_regexps: ["("]
       | ..................^",
        "acquis.yaml:25:1  YAML_BAD_VALUE  cannot read document: it names no file: "filename" or "filenames" is missing
       | source: file
       | ^",
      ]
    `)
  })
})

describe('the logs of a machine', () => {
  it('are found in their usual places and make documents that can be read', async () => {
    const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
    const root = mkdtempSync('/tmp/tocsin-discover-')
    try {
      mkdirSync(`${root}/var/log/nginx`, { recursive: true })
      mkdirSync(`${root}/var/log/httpd`)
      writeFileSync(`${root}/var/log/secure`, '')
      writeFileSync(`${root}/var/log/messages`, '')
      const found = discoverSources(root)
      expect(found).toEqual([
        { type: 'syslog', filenames: [`${root}/var/log/secure`] },
        { type: 'nginx', filenames: [`${root}/var/log/nginx/*.log`] },
        { type: 'apache2', filenames: [`${root}/var/log/httpd/*_log`] },
      ])
      const { acquisitions, errors } = read(acquisitionText(found))
      expect(errors).toEqual([])
      expect(acquisitions).toHaveLength(3)
      expect(discoverSources(`${root}/none`)).toEqual([])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
