import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AdminClient, MachineClient } from '@tocsin/client'
import { type Logger, TocsinError } from '@tocsin/model'
import type { Config } from './config/config.ts'
import { loadConfig } from './config/load.ts'
import { credentialsPath, readCredentials } from './credentials.ts'
import { currentUser } from './current-user.ts'
import { configuredAccess, type MachineAccess, ownAccess } from './machine-access.ts'
import { CommandOutput } from './output/command-output.ts'
import { createLogger, type LogLevel } from './output/logger.ts'
import type { OutputFormat, Terminal } from './output/writer.ts'
import { fileError } from './text-file.ts'
import { userAgent } from './version.ts'

/** The flags that every command takes. */
export interface GlobalOptions {
  config?: string
  output: OutputFormat
  logLevel?: LogLevel
}

/** The configuration that the flags mean, or what is wrong with it: only commands that need it are told. */
export async function openContext(options: GlobalOptions, terminal: Terminal): Promise<Context> {
  const config = await loadConfig(options.config).then(
    (config) => () => config,
    (error: unknown) => () => {
      throw error
    },
  )
  return new Context(options, terminal, config)
}

/** What a command works with: its flags, its terminal, and the configuration. */
export class Context extends CommandOutput {
  readonly #options: GlobalOptions
  readonly #config: () => Config

  constructor(options: GlobalOptions, terminal: Terminal, config: () => Config) {
    super(options.output, terminal)
    this.#options = options
    this.#config = config
  }

  /** Throws TocsinErrors with every mistake in the file. */
  get config(): Config {
    return this.#config()
  }

  /** The logger for standard error, at the level of the flag, else of the configuration. */
  logger(): Logger {
    const { level, format } = this.config.log
    return createLogger(
      { write: (text) => this.terminal.err(text) },
      this.#options.logLevel ?? level.value,
      format.value,
    )
  }

  /** A client at the Local API that the configuration names, else at the one of this machine. Throws CLI_NO_CREDENTIALS. */
  async machineClient(): Promise<MachineClient> {
    return new MachineClient({ ...(await this.machineAccess()), userAgent, ...actor() })
  }

  /** Throws CLI_NO_CREDENTIALS where neither the configuration nor the state folder has any. */
  async machineAccess(): Promise<MachineAccess> {
    const { client, state } = this.config
    if (client !== null) return await configuredAccess(client)
    const path = credentialsPath(state.value)
    if (isThere(path)) return ownAccess(this.config, readCredentials(path))
    throw new TocsinError(
      'CLI_NO_CREDENTIALS',
      `cannot reach the Local API: there are no credentials in ${path}`,
      {
        hint: 'start the daemon once on this machine (tocsin run), or name a Local API under "client" in the configuration',
      },
    )
  }

  /** Administration over the socket in the state folder, which only its owner may open. */
  adminClient(): AdminClient {
    const socketPath = join(this.config.state.value, 'admin.sock')
    if (!isThere(socketPath)) {
      throw new TocsinError('CLI_NO_DAEMON', `cannot administer the Local API: there is no ${socketPath}`, {
        hint: 'run this on the machine of the Local API while it runs, as the same user, with the same configuration',
      })
    }
    return new AdminClient({ socketPath, ...actor() })
  }
}

/** Who gives this command, for the audit log. */
function actor(): { actor?: string } {
  const name = currentUser()
  return name === null ? {} : { actor: name }
}

/** Whether a file is there. Throws CLI_FILE where this user may not even look. */
function isThere(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES')
      throw fileError(path, 'the state of the daemon', cause, 'open')
    return false
  }
}
