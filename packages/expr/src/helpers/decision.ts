import { parseGoDuration } from '@tocsin/model'
import { Duration } from '../go/duration.ts'
import { type Type, types } from '../type/type.ts'
import { type HelperFamily, needing } from './capability.ts'

const { duration, int, string } = types
const of = (result: Type) => types.func([string], result)

/** Helpers on the decisions that were made about a value such as an address. */
export const decisionHelpers: HelperFamily = ({ decisions, clock }) => {
  const what = 'the decisions of a Local API'
  return {
    GetDecisionsCount: needing(
      'GetDecisionsCount',
      what,
      decisions,
      of(int),
      (known) => (value: string) => BigInt(known.count(value)),
    ),
    GetDecisionsSinceCount: needing(
      'GetDecisionsSinceCount',
      what,
      decisions,
      types.func([string, string], int),
      (known) => (value: string, since: string) => {
        const ns = parseGoDuration(since)
        return ns === null ? 0n : BigInt(known.countSince(value, clock() - Number(ns / 1_000_000n)))
      },
    ),
    GetActiveDecisionsCount: needing(
      'GetActiveDecisionsCount',
      what,
      decisions,
      of(int),
      (known) => (value: string) => BigInt(known.countActive(value)),
    ),
    GetActiveDecisionsTimeLeft: needing(
      'GetActiveDecisionsTimeLeft',
      what,
      decisions,
      of(duration),
      (known) => (value: string) =>
        new Duration(BigInt(Math.trunc(known.activeTimeLeftMs(value))) * 1_000_000n),
    ),
  }
}
