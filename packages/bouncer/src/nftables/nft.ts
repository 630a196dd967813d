import { spawn } from 'node:child_process'
import { TocsinError } from '@tocsin/model'
import { nftFailure, spawnFailure } from './failure.ts'

export interface NftOptions {
  /** The program. Default `nft`, looked for on the PATH and in /usr/sbin and /sbin. */
  nftPath?: string
  /** The network namespace to work in, by its name for `ip netns`. Default: the process's own. */
  netns?: string
  /** A run that takes longer is ended. Default 300,000. */
  timeoutMs?: number
}

const maxListingBytes = 256 * 1024 * 1024
const maxErrorBytes = 16 * 1024

/** Runs the program nft, never through a shell: what to do goes to its standard input. */
export class Nft {
  readonly #command: readonly string[]
  readonly #timeoutMs: number

  /** Throws BOUNCER_BAD_OPTION. */
  constructor(options: NftOptions = {}) {
    const { netns, nftPath = 'nft' } = options
    if (netns !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/.test(netns)) {
      const text = `cannot use the network namespace "${netns.slice(0, 50)}": it is not a name`
      throw new TocsinError('BOUNCER_BAD_OPTION', text, { hint: 'use letters, digits, "_", "." and "-"' })
    }
    this.#command = netns === undefined ? [nftPath] : ['ip', 'netns', 'exec', netns, nftPath]
    this.#timeoutMs = options.timeoutMs ?? 300_000
  }

  /** Carries out a script as one transaction. `verb` is for error texts: "add elements". */
  async run(verb: string, script: string): Promise<void> {
    await this.#spawn(verb, ['-f', '-'], script)
  }

  /** What `nft -j` prints for the arguments, parsed. */
  async list(verb: string, args: readonly string[]): Promise<unknown> {
    const text = await this.#spawn(verb, ['-j', ...args], '')
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new TocsinError('NFT_FAILED', `cannot ${verb}: nft does not answer in JSON`, {
        hint: 'use nftables 0.9.3 or newer, built with JSON',
        cause,
      })
    }
  }

  #spawn(verb: string, args: readonly string[], input: string): Promise<string> {
    const [program = 'nft', ...rest] = this.#command
    const path = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...rest, ...args], {
        env: { PATH: path, LC_ALL: 'C' },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: this.#timeoutMs,
        killSignal: 'SIGKILL',
      })
      const stdout = new Collected(maxListingBytes, () => child.kill('SIGKILL'))
      const stderr = new Collected(maxErrorBytes, () => undefined)
      child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk))
      child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
      // A program that ends before it has read everything says why on its standard error.
      child.stdin.on('error', () => undefined)
      child.on('error', (cause) => reject(spawnFailure(verb, program, cause)))
      child.on('close', (code, signal) => {
        if (code === 0 && !stdout.isOver) resolve(stdout.text())
        else reject(this.#failure(verb, stderr.text(), code, signal, stdout.isOver))
      })
      child.stdin.end(input)
    })
  }

  #failure(
    verb: string,
    stderr: string,
    code: number | null,
    signal: string | null,
    tooLong: boolean,
  ): TocsinError {
    if (tooLong) {
      return new TocsinError(
        'NFT_FAILED',
        `cannot ${verb}: the listing is longer than ${maxListingBytes} bytes`,
      )
    }
    if (signal === null) return nftFailure(verb, stderr, `it ended with status ${code}`)
    const reason = `nft was ended by ${signal}, at the latest after ${this.#timeoutMs / 1000} s`
    return new TocsinError('NFT_TIMEOUT', `cannot ${verb}: ${reason}`)
  }
}

/** Output of a program up to a limit. */
class Collected {
  isOver = false
  readonly #chunks: Buffer[] = []
  readonly #limit: number
  readonly #onOver: () => void
  #bytes = 0

  constructor(limit: number, onOver: () => void) {
    this.#limit = limit
    this.#onOver = onOver
  }

  add(chunk: Buffer): void {
    if (this.isOver) return
    this.#bytes += chunk.length
    if (this.#bytes > this.#limit) {
      this.isOver = true
      this.#onOver()
    } else {
      this.#chunks.push(chunk)
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }
}
