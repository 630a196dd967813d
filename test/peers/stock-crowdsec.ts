import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needProgram } from '../../packages/testkit/src/index.ts'
import { inNamespace, Program } from './program.ts'

const run = promisify(execFile)
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const needsCrowdsec = [needProgram('crowdsec', 'crowdsec'), needProgram('cscli', 'crowdsec')]

/** What its agent is given to read sshd's lines with: the parsers that Tocsin ships, and a scenario. */
const items = {
  'parsers/s00-raw': file('../../content/parsers/s00-raw/tocsin/syslog.yaml'),
  'parsers/s01-parse': file('../../content/parsers/s01-parse/tocsin/sshd.yaml'),
  'parsers/s02-enrich': file('../../content/parsers/s02-enrich/tocsin/date.yaml'),
  scenarios: file('ssh-bruteforce.yaml'),
}

/** An index of the hub with nothing in it: all items are local files, and nothing is downloaded. */
const emptyHub = { collections: {}, parsers: {}, postoverflows: {}, scenarios: {} }

const banAddresses = {
  name: 'default_ip_remediation',
  filters: ['Alert.Remediation == true && Alert.GetScope() == "Ip"'],
  decisions: [{ type: 'ban', duration: '4h' }],
  on_success: 'break',
}

export interface StockCrowdsecOptions {
  /** Where its own Local API listens, as `address:port`; without it, only the agent and cscli are of use. */
  readonly listen?: string
  /** The network namespace that all of it runs in. */
  readonly namespace?: string
  /** Its `db_config`; without it, a file of SQLite in its folder. */
  readonly database?: object
}

/** CrowdSec as the distribution packages it, with a configuration and a database of its own in a temporary folder. */
export class StockCrowdsec {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-stock-'))
  /** The file that its agent and cscli read url, login and password of a Local API from. */
  readonly credentialsPath = join(this.folder, 'local_api_credentials.yaml')
  /** The file of its database, where it keeps it in one. */
  readonly databasePath = join(this.folder, 'crowdsec.db')
  readonly #configPath = join(this.folder, 'config.yaml')
  readonly #namespace: string | undefined
  #agent: Program | undefined
  #server: Program | undefined

  constructor({ listen, namespace, database }: StockCrowdsecOptions = {}) {
    this.#namespace = namespace
    for (const name of ['data', 'hub', 'patterns']) mkdirSync(join(this.folder, name))
    for (const [folder, path] of Object.entries(items)) {
      mkdirSync(join(this.folder, folder), { recursive: true })
      copyFileSync(path, join(this.folder, folder, basename(path)))
    }
    writeFileSync(join(this.folder, 'hub', '.index.json'), JSON.stringify(emptyHub))
    writeFileSync(join(this.folder, 'simulation.yaml'), 'simulation: false\n')
    writeFileSync(join(this.folder, 'acquis.yaml'), '')
    writeFileSync(join(this.folder, 'profiles.yaml'), JSON.stringify(banAddresses))
    writeFileSync(this.credentialsPath, '')
    writeFileSync(this.#configPath, JSON.stringify(this.#config(listen, database), null, 2))
  }

  /** Runs cscli and answers what it printed; throws with its log where it fails. */
  async cscli(...args: string[]): Promise<string> {
    return (await this.#run('cscli', ...args)).stdout
  }

  /** The same, reading JSON. */
  async cscliJson<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.cscli(...args, '-o', 'json')) as T
  }

  /** The same, answering its log, where cscli says what it has changed. */
  async cscliLog(...args: string[]): Promise<string> {
    return (await this.#run('cscli', ...args)).stderr
  }

  /** Takes a log file of syslog lines through its agent, which pushes what it finds and ends. Answers its log. */
  async replay(log: string): Promise<string> {
    return (await this.#run('crowdsec', '-no-capi', '-dsn', `file://${log}`, '-type', 'syslog')).stderr
  }

  /** Starts its agent on a log file of syslog lines, which it follows from its end on. */
  async follow(log: string): Promise<void> {
    const acquisition = { filenames: [log], labels: { type: 'syslog' } }
    writeFileSync(join(this.folder, 'acquis.yaml'), JSON.stringify(acquisition))
    this.#agent = new Program(['crowdsec', '-c', this.#configPath, '-no-capi'], this.#namespace)
    await this.#agent.said(/Starting processing data/)
  }

  /** Starts its Local API and waits until it listens. */
  async serve(): Promise<void> {
    const command = ['crowdsec', '-c', this.#configPath, '-no-cs', '-no-capi']
    this.#server = new Program(command, this.#namespace)
    await this.#server.said(/CrowdSec Local API listening/)
  }

  /** What its Local API has logged so far, a line for each request, and what its agent has. */
  get log(): string {
    return (this.#server?.output ?? '') + (this.#agent?.output ?? '')
  }

  async remove(): Promise<void> {
    await this.#agent?.stop()
    await this.#server?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #run(program: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const [command, ...rest] = inNamespace([program, '-c', this.#configPath, ...args], this.#namespace)
    return await run(command, rest, { timeout: 25_000 })
  }

  #config(listen: string | undefined, database: object | undefined): object {
    const at = (name: string) => join(this.folder, name)
    return {
      common: { daemonize: false, log_media: 'stdout', log_level: 'info' },
      config_paths: {
        config_dir: this.folder,
        data_dir: at('data'),
        simulation_path: at('simulation.yaml'),
        hub_dir: at('hub'),
        index_path: at('hub/.index.json'),
      },
      crowdsec_service: { acquisition_path: at('acquis.yaml'), parser_routines: 1 },
      db_config: database ?? { type: 'sqlite', db_path: this.databasePath, use_wal: true },
      api: {
        client: { credentials_path: this.credentialsPath },
        server:
          listen === undefined
            ? { enable: false }
            : { listen_uri: listen, profiles_path: at('profiles.yaml') },
      },
      prometheus: { enabled: false },
    }
  }
}
