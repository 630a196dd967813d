import { structType, types } from '@tocsin/expr'

const { any, array, bool, int, map, string } = types

/** What `evt.Appsec` is on an event that no web rule produced: nothing matched. */
export const noMatches: object = Object.freeze({
  matchedRules: Object.freeze([]),
  vars: new Map<string, string>(),
})

const empty = () => ''
const none = () => []

/**
 * `evt.Appsec` of expressions: the rules that a request matched. Events made from lines match none, so every
 * selection of rules is empty. Source: the original's pipeline.AppsecEvent.
 */
export const appsecType = structType('AppsecEvent', {
  fields: {
    HasInBandMatches: { type: bool, get: () => false },
    HasOutBandMatches: { type: bool, get: () => false },
    MatchedRules: { type: array(map(any)), get: 'matchedRules' },
    Vars: { type: map(string), get: 'vars' },
    HookVars: { type: map(string), get: 'vars' },
  },
  methods: {
    GetName: { params: [], result: string, call: empty },
    GetURI: { params: [], result: string, call: empty },
    GetHash: { params: [], result: string, call: empty },
    GetVersion: { params: [], result: string, call: empty },
    GetMethod: { params: [], result: string, call: empty },
    GetRuleIDs: { params: [], result: array(int), call: none },
    Kinds: { params: [], result: array(string), call: none },
    GetMatchedZones: { params: [], result: array(string), call: none },
  },
})
