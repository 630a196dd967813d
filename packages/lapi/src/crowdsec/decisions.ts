import { Compile } from 'typebox/compile'
import { ImportedDecision } from '../wire/import-schema.ts'
import { plainUuid } from './derived-uuid.ts'
import { BadRow, type Row } from './row.ts'

export const decisionColumns = [
  'id',
  'created_at',
  'until',
  'scenario',
  'type',
  'scope',
  'value',
  'origin',
  'simulated',
  'uuid',
  'alert_decisions',
]

const check = Compile(ImportedDecision)

/** The decision, or why it cannot be taken over. */
export function readDecision(row: Row): ImportedDecision | string {
  try {
    const uuid = plainUuid(row.text('uuid'))
    const until = row.time('until')
    if (until === undefined) return 'it has no end'
    const decision = {
      ...(uuid === null ? {} : { uuid }),
      origin: row.text('origin'),
      scenario: row.text('scenario'),
      scope: row.required('scope'),
      type: row.required('type'),
      value: row.required('value'),
      simulated: row.flag('simulated'),
      until,
    }
    return check.Check(decision) ? decision : 'one of its texts is too long'
  } catch (error) {
    if (error instanceof BadRow) return error.message
    throw error
  }
}

/** Whether it came from the community or from a list. */
export function isListed({ origin }: ImportedDecision): boolean {
  return origin === 'CAPI' || origin === 'lists'
}
