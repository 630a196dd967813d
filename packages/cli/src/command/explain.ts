import type { Line } from '@tocsin/engine'
import { explainLines, renderExplanations } from '@tocsin/hub'
import { collectLabel, parseTimestamp } from '../flags.ts'
import { TocsinError } from '@tocsin/model'
import type { Context } from '../context.ts'
import { readTextFile } from '../text-file.ts'
import { addItemFlags, type ItemFlags, itemPlaces, loadItems } from '../items.ts'
import { printableLines } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { plainValue } from './plain-value.ts'

interface ExplainFlags extends ItemFlags {
  file?: string
  line?: string
  type: string
  labels: Map<string, string>
  verbose?: boolean
  failures?: boolean
  onlySuccessfulParsers?: boolean
  why?: boolean
  now?: number
}

export const build: BuildCommand = (command, context) => {
  addItemFlags(command)
    .description('Show which parsers and scenarios take a line, and why not.')
    .option('-f, --file <file>', 'explain the lines of this file; - reads standard input')
    .option('-l, --line <line>', 'explain this line')
    .requiredOption('-t, --type <type>', 'type label of the lines, such as syslog or nginx')
    .option(
      '--labels <key:value>',
      'a label more; may be given again',
      collectLabel,
      new Map<string, string>(),
    )
    .option('-v, --verbose', 'show what every parser changed')
    .option('--failures', 'only lines that were not parsed')
    .option('--only-successful-parsers', 'leave out parsers that did not take the line')
    .option('--why', 'say for every scenario too which part of its filter was false')
    .option('--now <time>', 'RFC 3339 time that completes lines without a year', parseTimestamp)
    .addHelpText(
      'after',
      examples(
        'tocsin explain --file /var/log/auth.log --type syslog',
        'tocsin explain --type nginx --why --line \'192.0.2.7 - - [22/Nov/2026:12:00:00 +0000] "GET /.env HTTP/1.1" 404 162 "-" "curl"\'',
      ),
    )
    .action((flags: ExplainFlags) => explain(context(), flags))
}

function explain(at: Context, flags: ExplainFlags): void {
  const logger = at.logger()
  const { files, dataFile, tolerant } = loadItems(itemPlaces(flags))
  const nowMs = flags.now ?? Date.now()
  const explanations = explainLines(files, linesOf(flags, nowMs), {
    dataFile,
    tolerant,
    logger,
    clock: () => nowMs,
    refused: flags.why === true,
  })
  const view = {
    verbose: flags.verbose === true,
    onlySuccessful: flags.onlySuccessfulParsers === true,
    failures: flags.failures === true,
  }
  const text = () => printableLines(renderExplanations(explanations, view))
  at.print({ json: () => plainValue(explanations), raw: text, human: text })
}

function linesOf({ file, line, type, labels }: ExplainFlags, nowMs: number): Line[] {
  if ((file === undefined) === (line === undefined)) {
    throw new TocsinError('CLI_USAGE', 'cannot explain: give either a file or a line', {
      hint: 'tocsin explain --type syslog --file /var/log/auth.log, or --line "..."',
    })
  }
  const texts = line === undefined ? readTextFile(file ?? '', 'the log').split('\n') : [line]
  const all = new Map([...labels, ['type', type]])
  return texts
    .map((raw) => (raw.endsWith('\r') ? raw.slice(0, -1) : raw))
    .filter((raw) => raw !== '')
    .map((raw) => ({ raw, src: file ?? 'command line', timeMs: nowMs, labels: all, module: 'file' }))
}
