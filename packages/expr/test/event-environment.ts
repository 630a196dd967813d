import {
  createEnvironment,
  DataFiles,
  helperFunctions,
  nilList,
  noWorld,
  parseTime,
  StashCaches,
  structType,
  structTypeOf,
  Time,
  types,
} from '../src/index.ts'
import type { Environment, Scope, Value } from '../src/index.ts'

// The environment that the recorded answers of helper functions and of expressions of the hub were made in.

const { any, array, bool, float, int, map, pointer, string, struct, time } = types

const lineType = structType('pipeline.Line', {
  fields: {
    Raw: { type: string, get: 'raw' },
    Src: { type: string, get: 'src' },
    Time: { type: time, get: 'time' },
    Labels: { type: map(string), get: 'labels' },
    Process: { type: bool, get: 'process' },
    Module: { type: string, get: 'module' },
  },
})

const line = {
  raw: 'raw line',
  src: '',
  time: new Time(-62_135_596_800),
  labels: new Map([['type', 'syslog']]),
  process: false,
  module: '',
  [structTypeOf]: lineType,
}

const sourceType = structType('models.Source', {
  fields: {
    AsName: { type: string, get: 'asName' },
    AsNumber: { type: string, get: 'asNumber' },
    Cn: { type: string, get: 'cn' },
    IP: { type: string, get: 'ip' },
    Latitude: { type: float, get: 'latitude' },
    Longitude: { type: float, get: 'longitude' },
    Range: { type: string, get: 'range' },
    Scope: { type: string, get: 'scope' },
    Value: { type: string, get: 'value' },
  },
})

const alertType = structType('models.Alert', {
  fields: {
    Events: { type: array(any), get: 'events' },
    Remediation: { type: bool, get: 'remediation' },
    Scenario: { type: string, get: 'scenario' },
    Source: { type: pointer(sourceType), get: 'source' },
  },
})

const overflowType = structType('pipeline.RuntimeAlert', {
  fields: {
    Alert: { type: pointer(alertType), get: 'alert' },
    APIAlerts: { type: array(struct(alertType)), get: 'alerts' },
    Mapkey: { type: string, get: 'mapkey' },
    Reprocess: { type: bool, get: 'reprocess' },
    Sources: { type: map(struct(sourceType)), get: 'sources' },
    Whitelisted: { type: bool, get: 'whitelisted' },
  },
})

const overflow = {
  alert: null,
  alerts: nilList,
  mapkey: '',
  reprocess: false,
  sources: new Map(),
  whitelisted: false,
  [structTypeOf]: overflowType,
}

class Event {
  readonly type = 0n
  readonly parsed = new Map([
    ['program', 'sshd'],
    ['message', 'Failed password for root from 1.2.3.4 port 22 ssh2'],
    ['n', '12'],
    ['empty', ''],
  ])
  readonly meta = new Map([
    ['source_ip', '1.2.3.4'],
    ['log_type', 'ssh_failed-auth'],
    ['http_path', '/a%20b/../c?x=1'],
    ['http_status', '404'],
  ])
  readonly enriched = new Map([['IsoCode', 'FR']])
  readonly unmarshaled = new Map<string, Value>([
    [
      'json',
      new Map<string, Value>([
        ['a', 1],
        ['b', ['x', 2]],
        ['n', null],
      ]),
    ],
  ])
  readonly line = line
  readonly time = parseTime('2006-01-02T15:04:05Z07:00', '2024-03-10T12:34:56Z')
  readonly overflow = overflow
}

const eventType = structType('pipeline.Event', {
  fields: {
    Type: { type: int, get: 'type' },
    Line: { type: struct(lineType), get: 'line' },
    Parsed: { type: map(string), get: 'parsed' },
    Enriched: { type: map(string), get: 'enriched' },
    Meta: { type: map(string), get: 'meta' },
    Unmarshaled: { type: map(any), get: 'unmarshaled' },
    Time: { type: time, get: 'time' },
    StrTime: { type: string, get: () => '' },
    Whitelisted: { type: bool, get: () => false },
    Overflow: { type: struct(overflowType), get: 'overflow' },
  },
  methods: {
    GetType: { params: [], result: string, call: () => 'log' },
    GetMeta: {
      params: [string],
      result: string,
      call: (event: Event, key: string) => event.meta.get(key) ?? '',
    },
    SetMeta: { params: [string, string], result: bool, call: setIn('meta') },
    SetParsed: { params: [string, string], result: bool, call: setIn('parsed') },
  },
})

Object.assign(Event.prototype, { [structTypeOf]: eventType })

function setIn(name: 'meta' | 'parsed') {
  return (event: Event, key: string, value: string) => {
    event[name].set(key, value)
    return true
  }
}

const mapFile = [
  { pattern: 'curl', tag: 'cli', type: 'contains' },
  { pattern: '^Moz', tag: 'browser', type: 'regex' },
  { pattern: 'exact', tag: 'e', type: 'equals' },
]

function loadFiles(): DataFiles {
  const files = new DataFiles()
  files.load('lines.txt', 'string', 'alpha\nbeta\n# comment\n\ngamma delta\n')
  files.load('regex.txt', 'regexp', '^a.*z$\n(?i)sqlmap\n# c\n\\d{3}\n')
  files.load('map.jsonl', 'map', mapFile.map((row) => JSON.stringify(row)).join('\n'))
  return files
}

function makeStash(): StashCaches {
  const stash = new StashCaches(Date.now)
  stash.define('g', { size: 100, ttlMs: 3_600_000 })
  return stash
}

export const eventEnvironment: Environment = createEnvironment({
  variables: { evt: struct(eventType), m: map(any), times: array(time) },
  functions: helperFunctions(noWorld({ files: loadFiles(), stash: makeStash(), hostname: 'sensor' })),
})

export function eventScope(): Scope {
  const times = [100_000, 103_000, 110_500].map((ms) => Time.fromMs(ms))
  return { evt: new Event(), m: new Map(), times }
}
