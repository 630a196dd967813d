import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { createEngine, type ItemFile } from '@tocsin/engine'
import { allItems, hubDataFile, loadItemFiles, loadLooseItem, readHub } from '@tocsin/hub'
import { formatError, TocsinError } from '@tocsin/model'
import { contentFolder } from '../config/paths.ts'
import type { Context } from '../context.ts'
import { printableLines } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'

interface LintFlags {
  hub?: string
  hubData?: string
  type?: string
}

const types = ['parsers', 'postoverflows', 'scenarios', 'contexts'] as const

export const build: BuildCommand = (command, context) => {
  command
    .description(
      'Check items as loading them would: keys, patterns, expressions and their types. Every mistake of every file is ' +
        'reported with its place and a suggestion. Without files: every item of the hub.',
    )
    .argument('[file...]', 'item files; what they are is told by the folders they lie in, or by --type')
    .option('--hub <dir>', "folder of items in the hub's layout; the items that Tocsin ships without this")
    .option('--hub-data <dir>', 'where the files that items name by URL lie')
    .option('--type <type>', `what the files are: ${types.join(', ')}`)
    .addHelpText(
      'after',
      examples('tocsin lint', 'tocsin lint --hub ./hub', 'tocsin lint --type scenarios my-scenario.yaml'),
    )
    .action((files: string[], flags: LintFlags) => lint(context(), files, flags))
}

function lint(at: Context, files: readonly string[], flags: LintFlags): void {
  const hub = flags.hub ?? contentFolder
  const items =
    files.length === 0 ? everyItem(hub) : files.flatMap(expand).map((file) => looseItem(file, flags.type))
  const dataFile = hubDataFile(flags.hubData ?? join(hub, 'data'))
  const { errors, warnings } = createEngine(items, { mode: 'replay', tolerant: true, dataFile })
  const report = (kind: string) => (error: TocsinError) => ({
    kind,
    code: error.code,
    where: error.where,
    message: error.message,
    hint: error.hint,
  })
  const text = () =>
    printableLines(
      [...errors, ...warnings.map(asWarning)].map((error) => `${formatError(error)}\n`).join(''),
    ) + `${items.length} items, ${errors.length} errors, ${warnings.length} warnings\n`
  at.print({
    json: () => [...errors.map(report('error')), ...warnings.map(report('warning'))],
    raw: text,
    human: text,
  })
  if (errors.length > 0) process.exitCode = 1
}

function asWarning(warning: TocsinError): TocsinError {
  const { code, where, excerpt, hint } = warning
  return new TocsinError(`warning ${code}`, warning.message, {
    ...(where ? { where } : {}),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(hint === undefined ? {} : { hint }),
  })
}

function everyItem(hub: string): readonly ItemFile[] {
  const index = readHub(hub)
  return loadItemFiles(index, allItems(index))
}

/** The YAML files of a folder, or the file itself. */
function expand(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !name.split(sep).some((part) => part.startsWith('.')))
    .map((name) => join(path, name))
    .sort()
}

/** What a file is, by the folders of the hub's layout that it lies in. */
function looseItem(file: string, given: string | undefined): ItemFile {
  const folders = dirname(resolve(file)).split(sep)
  const type = types.find((name) => name === given) ?? types.findLast((name) => folders.includes(name))
  if (type === undefined) {
    throw new TocsinError('CLI_USAGE', `cannot check ${file}: its folders do not say what it is`, {
      hint: `say it with --type ${types.join('|')}`,
    })
  }
  const at = folders.lastIndexOf(type)
  const found = at < 0 ? undefined : folders[at + 1]
  const stage =
    type === 'parsers' ? (found ?? 's01-parse') : type === 'postoverflows' ? (found ?? 's01-whitelist') : ''
  return loadLooseItem(
    type,
    `${basename(dirname(resolve(file)))}/${basename(file).replace(/\.ya?ml$/, '')}`,
    file,
    stage,
  )
}
