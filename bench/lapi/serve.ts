/**
 * A Local API on any database in a process of its own, with what `tocsin run` gives it: `node serve.ts STORE FOLDER`,
 * the options of the store as JSON. Listens on FOLDER/admin.sock and prints its URL; ends on SIGTERM.
 */
import { join } from 'node:path'
import { createLocalApi, openStore, type StoreOptions } from '../../packages/lapi/src/index.ts'

const [options = '{}', folder = '.'] = process.argv.slice(2)
const store = await openStore(JSON.parse(options) as StoreOptions)
const api = await createLocalApi({ store, retention: { maxItems: 5000, maxAgeMs: 7 * 86_400_000 } })
await api.adminSocket(join(folder, 'admin.sock'))
const { host, port } = await api.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`http://${host}:${port}\n`)

process.once('SIGTERM', () => {
  const end = async () => {
    await api.close()
    await store.close()
    process.exit(0)
  }
  void end()
})
