import type { Environment } from '@tocsin/expr'
import { withoutTexts } from '../conjuncts.ts'

/** Helpers that only give a value. */
const harmless = new Set([
  'XMLGetNodeValue',
  'XMLGetAttributeValue',
  'JsonExtractObject',
  'JsonExtractSlice',
  'ParseUri',
  'Split',
  'SplitN',
  'SplitAfter',
  'SplitAfterN',
  'Fields',
  'Join',
  'Replace',
  'ReplaceAll',
  'Sprintf',
  'Index',
  'IndexAny',
  'LastIndex',
  'Count',
  'EqualFold',
  'ToString',
  'ExtractQueryParam',
  'Match',
  'GetMeta',
])

/** Whether evaluating an expression may do anything but give its value, as far as the names of its calls tell. */
export function mayHaveEffects(source: string, environment: Environment): boolean {
  const calls = withoutTexts(source).matchAll(/([A-Za-z_]\w*)\s*\(/g)
  for (const [, name = ''] of calls) {
    const helper = environment.functions.get(name)
    const known =
      harmless.has(name) ||
      helper?.pure === true ||
      helper?.total === true ||
      operators.has(name) ||
      (helper === undefined && environment.isBuiltin(name) && name !== 'now')
    if (!known) return true
  }
  return false
}

/** Words that may stand before a bracket. */
const operators = new Set([
  'and',
  'or',
  'not',
  'in',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'if',
  'let',
])

/** Whether an expression may write into an event that it sees. */
export function writesEvents(source: string): boolean {
  return writtenFields(source).length > 0
}

/** Whether an expression asks what other lines left behind, or leaves something behind. */
export function usesStash(source: string): boolean {
  return /\b\w*Stash\s*\(/.test(source)
}

const setters = /\bSet(Meta|Parsed)\b(?:\s*\(\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*,)?/g

/** The fields of events that an expression may write; a key is undefined where it may be any. */
export function writtenFields(source: string): { map: 'Meta' | 'Parsed'; key: string | undefined }[] {
  return [...source.matchAll(setters)].map(([, map, single, double]) => ({
    map: map === 'Meta' ? 'Meta' : 'Parsed',
    key: single ?? double,
  }))
}
