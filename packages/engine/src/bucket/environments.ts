import {
  type Capabilities,
  createEnvironment,
  type Environment,
  helperFunctions,
  structType,
  types,
} from '@tocsin/expr'
import { eventEnvironment } from '../environment.ts'
import { overflowType } from '../overflow-type.ts'
import { bucketType } from './bucket.ts'
import { queueType } from './event-queue.ts'

/** The names that the expressions of a scenario and of contexts may use, place by place. */
export interface ScenarioEnvironments {
  /** filter, groupby, distinct, cancel_on, scope. */
  readonly event: Environment
  /** condition and bayesian conditions. */
  readonly bucket: Environment
  /** overflow_filter. */
  readonly overflow: Environment
  /** Contexts: a line has neither a matched rule nor a request, so `match` is empty and `req` blank. */
  readonly context: Environment
}

/** What `req` is where there is no request. */
export const noRequest: object = Object.freeze({})

const requestType = structType('Request', {
  fields: {
    Method: { type: types.string, get: () => '' },
    Host: { type: types.string, get: () => '' },
    Proto: { type: types.string, get: () => '' },
    RemoteAddr: { type: types.string, get: () => '' },
    RequestURI: { type: types.string, get: () => '' },
  },
  methods: {
    UserAgent: { params: [], result: types.string, call: () => '' },
    Referer: { params: [], result: types.string, call: () => '' },
  },
})

/** Builds the environments once for all scenarios of an engine. */
export function scenarioEnvironments(capabilities: Capabilities): ScenarioEnvironments {
  const leaky = types.struct(bucketType)
  const queue = types.struct(queueType)
  return {
    event: eventEnvironment(capabilities),
    bucket: eventEnvironment(capabilities, { queue, leaky }),
    overflow: createEnvironment({
      variables: { queue, leaky, signal: types.struct(overflowType) },
      functions: helperFunctions(capabilities),
    }),
    context: eventEnvironment(capabilities, {
      match: types.map(types.any),
      req: types.pointer(requestType),
    }),
  }
}
