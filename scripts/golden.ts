/**
 * Judges every file of a folder laid out as the recorded goldens (`npm run golden [-- DIR]`), prints
 * `FILE: N passed, N failed` for each with the first failures, and exits with 1 if a case fails that no row of the table
 * in docs/COMPATIBILITY.md excuses. Parts that the folder lacks are skipped; the patterns of grok cases, the hub and its
 * data are those of the reference data where the folder has none.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { judgeFile } from '../packages/expr/test/golden.ts'
import { judgeReplay, listReplayCases } from '../packages/hub/test/golden-replay.ts'
import { judgeConversation } from '../packages/lapi/test/golden.ts'
import { openStore, type Store } from '../packages/lapi/src/index.ts'
import { judgeGoldens } from '../packages/regex/test/golden.ts'
import {
  needPostgres,
  needProgram,
  sharedFolder,
  TemporaryMariadb,
  TemporaryPostgres,
  unexcused,
} from '../packages/testkit/src/index.ts'

interface Failure {
  /** The case's expression or name, which rows of the table are matched with. */
  readonly name: string
  readonly text: string
}

const shownFailures = 5
const folder = process.argv[2] ?? join(sharedFolder, 'golden')
let judged = 0
let failed = 0

if (!existsSync(folder)) {
  console.error(`cannot judge ${folder}: there is no such folder`)
  process.exit(2)
}

for (const name of filesOf('expr')) {
  const { passed, failures } = judgeFile(join(folder, 'expr', name))
  const told = failures.map(({ expr, wanted, got }) => ({
    name: expr,
    text: `${expr}\n      expected ${wanted}\n      got      ${got}`,
  }))
  report(`expr/${name}`, passed, told)
}
for (const { file, passed, failures } of judgeGoldens(folder, join(sharedFolder, 'golden'))) {
  report(
    file,
    passed,
    failures.map((text) => ({ name: text, text })),
  )
}
for (const name of listReplayCases(join(folder, 'replay'))) {
  const places = { hub: place('hub'), hubData: place('hub-data') }
  const { passed, failures } = await judgeReplay(join(folder, 'replay'), name, places)
  report(
    `replay/${name}`,
    passed,
    failures.map((text) => ({ name: text, text })),
  )
}
for (const name of filesOf('lapi')) await judgeOnDatabases(name)
if (judged === 0) {
  console.error(`${folder} holds no goldens: expr/, grok/, regex/, replay/ or lapi/`)
  process.exitCode = 2
} else if (failed > 0) {
  process.exitCode = 1
}

/** The same conversation with a fresh Local API on each kind of database. */
async function judgeOnDatabases(name: string): Promise<void> {
  const judge = async (database: string, open?: () => Promise<Store>) => {
    const { passed, failures } = await judgeConversation(join(folder, 'lapi', name), open)
    const told = failures.map((text) => ({ name: text, text }))
    report(`lapi/${name} [${database}]`, passed, told, `lapi/${name}`)
  }
  await judge('sqlite')
  const servers = [
    { database: 'postgresql', need: needPostgres(), start: async () => await TemporaryPostgres.start() },
    {
      database: 'mysql',
      need: needProgram('mariadbd', 'mariadb-server'),
      start: async () => await TemporaryMariadb.start(),
    },
  ]
  for (const { database, need, start } of servers) {
    if (!need.met) {
      console.error(`SKIPPED lapi/${name} [${database}]: it needs ${need.what} (${need.howToGet})`)
      if (process.env.TOCSIN_TEST_REQUIRE === 'all') failed++
      continue
    }
    const server = await start()
    try {
      await judge(database, async () => await openStore({ url: server.createDatabase() }))
    } finally {
      await server.remove()
    }
  }
}

function filesOf(part: string): string[] {
  const path = join(folder, part)
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
    : []
}

/** A folder beside the goldens, else that of the reference data. */
function place(name: string): string {
  const own = join(folder, '..', name)
  return existsSync(own) ? own : join(sharedFolder, name)
}

function report(title: string, passed: number, failures: readonly Failure[], file = title): void {
  judged++
  const open = unexcused(file, failures, ({ name }) => name)
  failed += open.length
  const excused = failures.length - open.length
  console.log(
    `${title}: ${passed} passed, ${open.length} failed${excused === 0 ? '' : ` (${excused} not followed on purpose)`}`,
  )
  for (const { text } of open.slice(0, shownFailures)) console.log(`    ${text}`)
  if (open.length > shownFailures) console.log(`    and ${open.length - shownFailures} more`)
}
