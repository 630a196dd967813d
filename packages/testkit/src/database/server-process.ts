import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whom to run a database server as: servers refuse root. */
interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** The first of the accounts that exists; this user where it is not root. */
function accountOf(names: readonly string[]): Account {
  if (process.getuid?.() !== 0) return {}
  for (const name of names) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // No such account: the next one is asked for.
    }
  }
  throw new Error(`cannot start a database server: none of the accounts ${names.join(', ')} exists`)
}

/** A database server of its own in a private folder, on a port of the loopback; it can be stopped and started again. */
export class ServerProcess {
  readonly folder: string
  readonly port: number
  readonly #account: Account
  #child: ChildProcess | undefined
  #output = ''

  constructor(name: string, port: number, accounts: readonly string[]) {
    this.port = port
    this.#account = accountOf(accounts)
    this.folder = mkdtempSync(join(tmpdir(), `tocsin-${name}-`))
    const { uid, gid } = this.#account
    if (uid !== undefined && gid !== undefined) chownSync(this.folder, uid, gid)
    // A test run that ends early must not leave a server behind.
    process.once('exit', () => {
      this.#child?.kill('SIGKILL')
      rmSync(this.folder, { recursive: true, force: true })
    })
  }

  /** Runs a program to its end as the server's user, and answers what it printed. */
  run(program: string, args: readonly string[]): string {
    const environment = { ...process.env, HOME: this.folder, LC_ALL: 'C.UTF-8' }
    const options = { ...this.#account, cwd: this.folder, env: environment }
    return execFileSync(program, args, { ...options, encoding: 'utf8', stdio: 'pipe' })
  }

  /** Starts the server and waits until it takes connections. */
  async start(program: string, args: readonly string[]): Promise<void> {
    const environment = { ...process.env, HOME: this.folder, LC_ALL: 'C.UTF-8' }
    const child = spawn(program, args, {
      ...this.#account,
      cwd: this.folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => (this.#output = (this.#output + piece.toString()).slice(-20_000)))
    }
    const deadline = Date.now() + 60_000
    while (!(await isListening(this.port))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`cannot start ${program}: it said\n${this.#output}`)
      }
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  /** Ends the server with the signal and waits until it is gone. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await gone
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The newest of the folders `parent/NUMBER` that holds the program; undefined where none does. */
export function newestVersion(parent: string, program: string): string | undefined {
  if (!existsSync(parent)) return undefined
  const versions = readdirSync(parent).map(Number).filter(Number.isFinite)
  const paths = versions.sort((a, b) => b - a).map((version) => join(parent, String(version), program))
  return paths.find((path) => existsSync(path))
}

async function isListening(port: number): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
