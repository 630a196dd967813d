import type { Migration } from 'kysely'
import type { ColumnTypes } from '../dialect/column-types.ts'
import { initial } from './0001-initial.ts'
import { changes } from './0002-changes.ts'
import { stagedAlerts } from './0003-staged-alerts.ts'
import { auditLog } from './0004-audit-log.ts'
import { notifications } from './0005-notifications.ts'
import { identity } from './0006-identity.ts'

/** Every migration in its order. Names are kept in the database: never rename, remove or reorder one. */
export function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-initial': initial(types),
    '0002-changes': changes(types),
    '0003-staged-alerts': stagedAlerts(types),
    '0004-audit-log': auditLog(types),
    '0005-notifications': notifications(types),
    '0006-identity': identity(types),
  }
}
