import { alertFilters, alertListShape } from '../route/alert-query.ts'

/** Who may ask. */
export type Caller = 'anyone' | 'machine' | 'bouncer' | 'machine or bouncer' | 'administrator'

/** What a route is for, as the description of the API tells it. */
export interface RouteText {
  readonly summary: string
  readonly caller: Caller
  /** Status of the usual answer and what it holds: a name of `answers`, or nothing. */
  readonly answer: readonly [status: number, schema?: string]
  /** Names of parameters in the query: see `queryParameters`. */
  readonly query?: readonly string[]
}

const decisionFilters = ['ip', 'range', 'contains', 'value', 'type', 'scope', 'scopes', 'origins']
const scenarioFilters = ['scenarios_containing', 'scenarios_not_containing', 'simulated']

/** By method and path. Every route has a line here; a test says so. */
export const routeTexts: Readonly<Record<string, RouteText>> = {
  'GET /health': { summary: 'Whether it runs', caller: 'anyone', answer: [200, 'Health'] },
  'GET /v1/openapi.json': { summary: 'This description', caller: 'anyone', answer: [200] },
  'POST /v1/watchers': { summary: 'Register a machine', caller: 'anyone', answer: [201] },
  'POST /v1/watchers/login': { summary: 'Log a machine in', caller: 'anyone', answer: [200, 'Token'] },
  'GET /v1/refresh_token': {
    summary: 'A new token for an old one',
    caller: 'machine',
    answer: [200, 'Token'],
  },
  'DELETE /v1/watchers/self': { summary: 'Leave', caller: 'machine', answer: [204] },
  'GET /v1/heartbeat': { summary: 'Say that a machine lives', caller: 'machine', answer: [200] },
  'POST /v1/alerts': { summary: 'Push alerts', caller: 'machine', answer: [201, 'Ids'] },
  'GET /v1/alerts': {
    summary: 'List alerts',
    caller: 'machine',
    answer: [200, 'Alerts'],
    query: [...alertFilters, ...alertListShape],
  },
  'HEAD /v1/alerts': {
    summary: 'Whether alerts can be listed',
    caller: 'machine',
    answer: [200],
    query: [...alertFilters, ...alertListShape],
  },
  'DELETE /v1/alerts': {
    summary: 'Delete alerts with their decisions, from trusted addresses',
    caller: 'machine',
    answer: [200, 'Deleted'],
    query: alertFilters,
  },
  'GET /v1/alerts/:id': { summary: 'One alert', caller: 'machine', answer: [200, 'Alert'] },
  'HEAD /v1/alerts/:id': { summary: 'Whether an alert exists', caller: 'machine', answer: [200] },
  'DELETE /v1/alerts/:id': { summary: 'Delete an alert', caller: 'machine', answer: [200, 'Deleted'] },
  'GET /v1/decisions': {
    summary: 'Decisions in force: the live query',
    caller: 'bouncer',
    answer: [200, 'Decisions'],
    query: [...decisionFilters, ...scenarioFilters, 'limit', 'offset', 'id_gt'],
  },
  'HEAD /v1/decisions': { summary: 'Whether the key is good', caller: 'bouncer', answer: [200] },
  'GET /v1/decisions/stream': {
    summary: 'What changed since the last pull; with push=true, changes as they come as server-sent events',
    caller: 'bouncer',
    answer: [200, 'Stream'],
    query: [...decisionFilters, ...scenarioFilters, 'startup', 'dedup', 'push', 'cursor'],
  },
  'HEAD /v1/decisions/stream': { summary: 'Whether the key is good', caller: 'bouncer', answer: [200] },
  'DELETE /v1/decisions': {
    summary: 'End decisions',
    caller: 'machine',
    answer: [200, 'Deleted'],
    query: ['ip', 'range', 'contains', 'scopes', 'uuid', 'origin', 'value', 'type', 'scenario'],
  },
  'DELETE /v1/decisions/:id': { summary: 'End a decision', caller: 'machine', answer: [200, 'Deleted'] },
  'GET /v1/allowlists': {
    summary: 'All allowlists',
    caller: 'machine or bouncer',
    answer: [200],
    query: ['with_content'],
  },
  'GET /v1/allowlists/:name': {
    summary: 'One allowlist',
    caller: 'machine or bouncer',
    answer: [200],
    query: ['with_content'],
  },
  'GET /v1/allowlists/check/:ip': {
    summary: 'Whether an address or range is allowlisted, and why',
    caller: 'machine or bouncer',
    answer: [200],
  },
  'HEAD /v1/allowlists/check/:ip': {
    summary: 'Whether it is allowlisted: 200, else 204',
    caller: 'machine or bouncer',
    answer: [200],
  },
  'POST /v1/allowlists/check': {
    summary: 'Which of many are allowlisted',
    caller: 'machine or bouncer',
    answer: [200],
  },
  'POST /v1/usage-metrics': {
    summary: 'Report what a machine or bouncer did',
    caller: 'machine or bouncer',
    answer: [201],
  },
  'GET /v1/admin/bouncers': { summary: 'All bouncers', caller: 'administrator', answer: [200] },
  'POST /v1/admin/bouncers': { summary: 'Add a bouncer', caller: 'administrator', answer: [201] },
  'GET /v1/admin/bouncers/:name': { summary: 'One bouncer', caller: 'administrator', answer: [200] },
  'DELETE /v1/admin/bouncers/:name': { summary: 'Delete a bouncer', caller: 'administrator', answer: [200] },
  'POST /v1/admin/bouncers/prune': {
    summary: 'Delete bouncers that pull no more',
    caller: 'administrator',
    answer: [200],
  },
  'GET /v1/admin/machines': { summary: 'All machines', caller: 'administrator', answer: [200] },
  'POST /v1/admin/machines': { summary: 'Add a machine', caller: 'administrator', answer: [201] },
  'GET /v1/admin/machines/:name': { summary: 'One machine', caller: 'administrator', answer: [200] },
  'DELETE /v1/admin/machines/:name': { summary: 'Delete a machine', caller: 'administrator', answer: [204] },
  'POST /v1/admin/machines/:name/validate': {
    summary: 'Let a machine in that waits',
    caller: 'administrator',
    answer: [204],
  },
  'POST /v1/admin/machines/prune': {
    summary: 'Delete machines that are not seen any more',
    caller: 'administrator',
    answer: [200],
  },
  'POST /v1/admin/alerts/flush': {
    summary: 'Delete old alerts without a decision in force',
    caller: 'administrator',
    answer: [200, 'Deleted'],
  },
  'POST /v1/admin/allowlists': { summary: 'Create an allowlist', caller: 'administrator', answer: [201] },
  'DELETE /v1/admin/allowlists/:name': {
    summary: 'Delete an allowlist',
    caller: 'administrator',
    answer: [204],
  },
  'POST /v1/admin/allowlists/:name/items': {
    summary: 'Add to an allowlist',
    caller: 'administrator',
    answer: [201],
  },
  'DELETE /v1/admin/allowlists/:name/items': {
    summary: 'Take from an allowlist',
    caller: 'administrator',
    answer: [200],
  },
  'POST /v1/admin/import/bouncers': {
    summary: 'Bring bouncers from another Local API',
    caller: 'administrator',
    answer: [200],
  },
  'POST /v1/admin/import/machines': {
    summary: 'Bring machines from another Local API',
    caller: 'administrator',
    answer: [200],
  },
  'POST /v1/admin/import/allowlists': {
    summary: 'Bring allowlists from another Local API',
    caller: 'administrator',
    answer: [200],
  },
  'POST /v1/admin/import/alerts': {
    summary: 'Bring alerts and their decisions from another Local API',
    caller: 'administrator',
    answer: [200],
  },
  'GET /v1/admin/audit': {
    summary: 'Who added or removed what, the newest first',
    caller: 'administrator',
    answer: [200],
    query: ['limit', 'before'],
  },
  'GET /v1/admin/usage-metrics': {
    summary: 'What machines and bouncers reported about themselves',
    caller: 'administrator',
    answer: [200],
    query: ['limit', 'name', 'kind'],
  },
}
