import { addressBits } from '@tocsin/model'
import type { ActiveSet } from './active-set.ts'
import { type DecisionFilter, kindTest, touches } from './decision-filter.ts'
import type { SlotRows } from './slot-table.ts'
import { uuidWord } from './uuid-words.ts'

/** The same test as `decisionTest` for what the set holds, by its columns: nothing is read out to be refused. */
export function slotTest(filter: DecisionFilter, rows: SlotRows): (slot: number) => boolean {
  const ofKind = slotKindTest(filter, rows)
  const others = [...valueTests(filter, rows), ...uuidTests(filter, rows)]
  return others.length === 0 ? ofKind : (slot) => ofKind(slot) && others.every((test) => test(slot))
}

/** Each kind is asked once, unless another reader asks it something else meanwhile. */
function slotKindTest(filter: DecisionFilter, rows: SlotRows): (slot: number) => boolean {
  const test = kindTest(filter)
  return (slot) => {
    const kind = rows.kind(slot)
    if (kind.lastAsked !== test) {
      kind.lastAsked = test
      kind.lastAnswer = test(kind)
    }
    return kind.lastAnswer
  }
}

function valueTests(
  { value, cidr, contains }: DecisionFilter,
  rows: SlotRows,
): ((slot: number) => boolean)[] {
  const tests: ((slot: number) => boolean)[] = []
  if (value !== undefined) tests.push((slot) => rows.value(slot) === value)
  if (cidr && !contains) tests.push((slot) => rows.isWithin(slot, cidr))
  if (cidr && contains) {
    tests.push((slot) => {
      const block = rows.cidr(slot)
      return block !== null && touches(block, cidr, true)
    })
  }
  return tests
}

/** Most are refused by their first bits. */
function uuidTests({ uuids }: DecisionFilter, rows: SlotRows): ((slot: number) => boolean)[] {
  if (!uuids) return []
  const beginnings = new Set(Array.from(uuids, (uuid) => uuidWord(uuid, 0)))
  return [(slot) => beginnings.has(rows.uuidWord(slot, 0)) && uuids.has(rows.read(slot).uuid)]
}

/**
 * Slots of the few decisions that can match where the filter names an address, a value, or what no decision has, oldest
 * first; null where the whole set has to be looked at.
 */
export function candidates(set: ActiveSet, filter: DecisionFilter): number[] | null {
  const { value, cidr, contains } = filter
  if (!set.rows.hasKind(kindTest(filter))) return []
  const found = value !== undefined ? set.withValue(value) : cidr && addressCandidates()
  const { rows } = set
  return found?.sort((a, b) => rows.version(a) - rows.version(b)) ?? null

  function addressCandidates(): number[] | undefined {
    if (!cidr) return undefined
    if (contains) return set.around(cidr)
    return cidr.bits === addressBits(cidr.ip) ? set.on(cidr) : undefined
  }
}
