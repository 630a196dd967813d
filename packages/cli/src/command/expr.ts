import { createInterface } from 'node:readline/promises'
import { createEngine, Event, eventEnvironment } from '@tocsin/engine'
import { compileExpr, noWorld, Time } from '@tocsin/expr'
import { formatError } from '@tocsin/model'
import type { Context } from '../context.ts'
import { parseTimestamp } from '../flags.ts'
import { addItemFlags, type ItemFlags, itemPlaces, loadItems } from '../items.ts'
import { printableLines } from '../output/table.ts'
import { type BuildCommand, examples } from '../program.ts'
import { plainValue } from './plain-value.ts'

interface ExprFlags extends ItemFlags {
  line?: string
  type: string
  now?: number
}

export const build: BuildCommand = (command, context) => {
  addItemFlags(command)
    .description(
      'Evaluate expressions as items do. Without one: read them line by line. `evt` is the event of --line, as the ' +
        'parsers leave it.',
    )
    .argument('[expression]', 'such as: Upper("a") or evt.Parsed.program')
    .option('-l, --line <line>', 'a log line to parse first')
    .option('-t, --type <type>', 'type label of the line', 'syslog')
    .option('--now <time>', 'RFC 3339 time that completes lines without a year', parseTimestamp)
    .addHelpText(
      'after',
      examples(
        'tocsin expr \'IpInRange("192.0.2.7", "192.0.2.0/24")\'',
        "tocsin expr --line 'Nov 22 12:00:00 web sshd[1]: Invalid user a from 192.0.2.7' 'evt.Meta.source_ip'",
        'tocsin expr',
      ),
    )
    .action(async (expression: string | undefined, flags: ExprFlags) => {
      const at = context()
      const evaluate = evaluator(eventOf(flags))
      if (expression !== undefined) at.terminal.out(evaluate(expression))
      else await repeat(at, evaluate)
    })
}

/** Answers the text of an expression's value; throws ExprError or ExprRuntimeError. */
function evaluator(evt: Event): (source: string) => string {
  const environment = eventEnvironment(noWorld())
  return (source) => {
    const value = plainValue(compileExpr(source, environment).run({ evt }))
    return `${printableLines(JSON.stringify(value, null, 1) ?? 'null')}\n`
  }
}

function eventOf(flags: ExprFlags): Event {
  const nowMs = flags.now ?? Date.now()
  const line = {
    raw: flags.line ?? '',
    src: 'command line',
    timeMs: nowMs,
    labels: new Map([['type', flags.type]]),
    module: 'file',
  }
  if (flags.line === undefined) return new Event(line, 'replay', Time.fromMs(nowMs))
  const { files, dataFile, tolerant } = loadItems(itemPlaces(flags))
  const parsers = files.filter(({ type }) => type === 'parsers')
  return createEngine(parsers, { mode: 'replay', dataFile, tolerant, clock: () => nowMs }).parse(line)
}

async function repeat({ terminal }: Context, evaluate: (source: string) => string): Promise<void> {
  const interactive = process.stdin.isTTY
  const prompt = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: interactive,
    prompt: interactive ? 'expr> ' : '',
  })
  prompt.prompt()
  for await (const source of prompt) {
    if (source.trim() !== '') {
      try {
        terminal.out(evaluate(source))
      } catch (error) {
        terminal.err(`${formatError(error)}\n`)
      }
    }
    prompt.prompt()
  }
}
