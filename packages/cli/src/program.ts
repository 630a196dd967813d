import { formatError, TocsinError } from '@tocsin/model'
import { Command, CommanderError, Option } from 'commander'
import type { Context, GlobalOptions } from './context.ts'
import { CommandOutput } from './output/command-output.ts'
import { type LogLevel, logLevels } from './output/logger.ts'
import type { OutputFormat, Terminal } from './output/writer.ts'
import { version } from './version.ts'

/** Adds the verbs, flags and actions of one noun to its command. */
export type BuildCommand = (command: Command, context: () => Context) => void

/** The same for one that looks at neither the configuration nor the Local API. */
export type BuildPlainCommand = (command: Command, output: () => CommandOutput) => void

/** The noun's file is loaded only when it is called: start-up stays short. */
type CommandEntry = {
  readonly name: string
  readonly alias?: string
  readonly summary: string
} & (
  | { readonly load: () => Promise<{ build: BuildCommand }> }
  | { readonly loadPlain: () => Promise<{ build: BuildPlainCommand }> }
)

const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run everything that the configuration names, in one process',
    load: () => import('./command/run.ts'),
  },
  {
    name: 'replay',
    summary: 'process log files at once, on their own clock, and print the alerts',
    load: () => import('./command/replay.ts'),
  },
  {
    name: 'explain',
    summary: 'show which parsers and scenarios take a line, and why not',
    load: () => import('./command/explain.ts'),
  },
  { name: 'hubtest', summary: 'run the tests of hub items', load: () => import('./command/hubtest.ts') },
  {
    name: 'lint',
    summary: 'check items, every mistake at once',
    load: () => import('./command/lint.ts'),
  },
  {
    name: 'expr',
    summary: 'evaluate expressions as items do',
    load: () => import('./command/expr.ts'),
  },
  {
    name: 'alerts',
    alias: 'alert',
    summary: 'list, inspect and delete alerts',
    load: () => import('./command/alerts.ts'),
  },
  {
    name: 'decisions',
    alias: 'decision',
    summary: 'list, add, delete and import decisions',
    load: () => import('./command/decisions.ts'),
  },
  {
    name: 'bouncers',
    alias: 'bouncer',
    summary: 'manage the bouncers that may read decisions, and run one',
    load: () => import('./command/bouncers.ts'),
  },
  {
    name: 'machines',
    alias: 'machine',
    summary: 'manage the machines that may push alerts',
    load: () => import('./command/machines.ts'),
  },
  {
    name: 'allowlists',
    alias: 'allowlist',
    summary: 'manage the addresses that are never decided on',
    load: () => import('./command/allowlists.ts'),
  },
  {
    name: 'audit',
    summary: 'show who added or removed what',
    load: () => import('./command/audit.ts'),
  },
  {
    name: 'metrics',
    alias: 'metric',
    summary: 'show what bouncers and machines reported about themselves',
    load: () => import('./command/metrics.ts'),
  },
  {
    name: 'lapi',
    summary: 'log in at the Local API, or register at one elsewhere',
    load: () => import('./command/lapi.ts'),
  },
  {
    name: 'import',
    summary: "bring alerts, decisions, bouncers, machines and allowlists from CrowdSec's database",
    load: () => import('./command/import.ts'),
  },
  { name: 'config', summary: 'show the effective configuration', load: () => import('./command/config.ts') },
  { name: 'version', summary: 'print the version', loadPlain: () => import('./command/version.ts') },
]

/**
 * Runs the command line and answers its exit code: 0, 1 for a failure that was reported, 2 for wrong usage.
 * Nothing is thrown.
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = rootCommand(terminal)
  try {
    await addCommands(program, args, terminal)
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(`${formatError(error)}\n`)
    return error instanceof TocsinError && error.code === 'CLI_USAGE' ? 2 : 1
  }
}

function rootCommand(terminal: Terminal): Command {
  const program = new Command('tocsin')
    .description('An open, collaborative intrusion prevention system.')
    .version(version, '-V, --version')
    .option('-c, --config <file>', 'configuration file')
    .addOption(
      new Option('-o, --output <format>', 'output format').choices(['human', 'json', 'raw']).default('human'),
    )
    .addOption(new Option('--log-level <level>', 'least level of log lines').choices(logLevels))
    .enablePositionalOptions(false)
    .showHelpAfterError('(add --help for the flags and examples)')
    .addHelpText(
      'after',
      examples('tocsin run', 'tocsin replay access.log --type nginx', 'tocsin decisions list'),
    )
    .exitOverride()
  program.configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
  return program
}

async function addCommands(program: Command, args: readonly string[], terminal: Terminal): Promise<void> {
  const called = program.parseOptions([...args]).operands
  for (const entry of commands) {
    const { name, alias, summary } = entry
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    command.copyInheritedSettings(program)
    if (alias !== undefined) command.alias(alias)
    const isCalled = called.includes(name) || (alias !== undefined && called.includes(alias))
    if (isCalled) await buildCommand(entry, command, globalOptions(program), terminal)
  }
}

async function buildCommand(
  entry: CommandEntry,
  command: Command,
  options: GlobalOptions,
  terminal: Terminal,
): Promise<void> {
  if ('loadPlain' in entry) {
    const output = new CommandOutput(options.output, terminal)
    ;(await entry.loadPlain()).build(command, () => output)
    return
  }
  const [{ build }, { openContext }] = await Promise.all([entry.load(), import('./context.ts')])
  const context = await openContext(options, terminal)
  build(command, () => context)
}

function globalOptions(program: Command): GlobalOptions {
  const { config, output, logLevel } = program.opts<{
    config?: string
    output: OutputFormat
    logLevel?: LogLevel
  }>()
  return {
    output,
    ...(config === undefined ? {} : { config }),
    ...(logLevel === undefined ? {} : { logLevel }),
  }
}

/** The examples under a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`
}
