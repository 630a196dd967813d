import { ImportedAllowlist, ImportedAllowlistItem } from '../wire/import-schema.ts'
import type { ForeignDatabase } from './foreign-database.ts'
import { type Records, RecordReader } from './records.ts'

/** Allowlists with their entries; none where the database is older than they are. */
export async function readAllowlists(database: ForeignDatabase): Promise<Records<ImportedAllowlist>> {
  const listReader = new RecordReader(ImportedAllowlist)
  const itemReader = new RecordReader(ImportedAllowlistItem)
  const items = new Map<number, ImportedAllowlist['items'][number]>()
  const itemColumns = ['id', 'created_at', 'expires_at', 'comment', 'value']
  for await (const row of database.rows('allow_list_items', itemColumns)) {
    const name = () => `allowlist entry ${row.text('value') || row.id}`
    itemReader.add(row, name, () => {
      const created = row.time('created_at')
      const expires = row.time('expires_at')
      const value = row.required('value')
      // The zero time of Go stands for never.
      const ends = expires !== undefined && !expires.startsWith('0001-01-01')
      return {
        value,
        comment: row.text('comment'),
        ...(created === undefined ? {} : { created_at: created }),
        ...(ends ? { expires_at: expires } : {}),
      }
    })
    const [item] = itemReader.records.splice(0)
    if (item) items.set(row.id, item)
  }
  const contents = new Map<number, number[]>()
  for (const [list, item] of await database.pairs(
    'allow_list_allowlist_items',
    'allow_list_id',
    'allow_list_item_id',
  )) {
    const known = contents.get(list)
    if (known) known.push(item)
    else contents.set(list, [item])
  }
  for await (const row of database.rows('allow_lists', ['id', 'name', 'description'])) {
    listReader.add(
      row,
      () => `allowlist ${row.text('name') || row.id}`,
      () => ({
        name: row.required('name'),
        description: row.text('description'),
        items: [],
      }),
    )
    const list = listReader.records.at(-1)
    if (list?.name !== row.text('name')) continue
    list.items.push(...(contents.get(row.id) ?? []).flatMap((id) => items.get(id) ?? []))
  }
  const { records, skipped } = listReader.take()
  return { records, skipped: [...itemReader.take().skipped, ...skipped] }
}
