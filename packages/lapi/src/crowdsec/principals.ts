import { ImportedBouncer, ImportedMachine } from '../wire/import-schema.ts'
import type { ForeignDatabase } from './foreign-database.ts'
import { type Records, RecordReader } from './records.ts'

const bouncerColumns = [
  'id',
  'name',
  'api_key',
  'revoked',
  'ip_address',
  'type',
  'version',
  'auth_type',
  'auto_created',
]

/** Bouncers with the hashes of their keys. */
export async function readBouncers(database: ForeignDatabase): Promise<Records<ImportedBouncer>> {
  const reader = new RecordReader(ImportedBouncer)
  for await (const row of database.rows('bouncers', bouncerColumns)) {
    const name = () => `bouncer ${row.text('name') || row.id}`
    if (row.flag('revoked')) {
      reader.skip(name(), 'it is revoked')
      continue
    }
    reader.add(row, name, () => {
      const isTls = row.text('auth_type') === 'tls'
      return {
        name: row.required('name'),
        auth_type: isTls ? 'tls' : 'api-key',
        ...(isTls ? {} : { key_hash: row.text('api_key').toLowerCase() }),
        ip_address: row.text('ip_address'),
        type: row.text('type'),
        version: row.text('version'),
        auto_created: row.flag('auto_created'),
      }
    })
  }
  return reader.take()
}

const machineColumns = ['id', 'machine_id', 'password', 'ip_address', 'is_validated', 'auth_type']

/** Machines with the bcrypt hashes of their passwords. */
export async function readMachines(database: ForeignDatabase): Promise<Records<ImportedMachine>> {
  const reader = new RecordReader(ImportedMachine)
  for await (const row of database.rows('machines', machineColumns)) {
    const name = () => `machine ${row.text('machine_id') || row.id}`
    reader.add(row, name, () => {
      const isTls = row.text('auth_type') === 'tls'
      return {
        machine_id: row.required('machine_id'),
        auth_type: isTls ? 'tls' : 'password',
        ...(isTls ? {} : { password_hash: row.text('password') }),
        is_validated: row.flag('is_validated'),
        ip_address: row.text('ip_address'),
      }
    })
  }
  return reader.take()
}
