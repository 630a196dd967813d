import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needProgram } from '../../packages/testkit/src/index.ts'
import { Program } from './program.ts'

export const needFirewallBouncer = needProgram('crowdsec-firewall-bouncer', 'crowdsec-firewall-bouncer')
export const needCustomBouncer = needProgram('crowdsec-custom-bouncer', 'crowdsec-custom-bouncer')

export interface Access {
  readonly url: string
  readonly key: string
}

/** A bouncer as the distribution packages it, with a configuration of its own in a temporary folder. */
export class StockBouncer {
  readonly folder: string
  readonly #program: Program

  /** The bouncer is named as its program; `settings` are those of its kind. */
  protected constructor(
    name: string,
    { url, key }: Access,
    folder: string,
    settings: object,
    namespace?: string,
  ) {
    this.folder = folder
    const config = {
      api_url: `${url}/`,
      api_key: key,
      update_frequency: '1s',
      daemonize: false,
      log_mode: 'stdout',
      log_level: 'info',
      prometheus: { enabled: false },
      ...settings,
    }
    const path = join(folder, 'bouncer.yaml')
    writeFileSync(path, JSON.stringify(config, null, 2))
    this.#program = new Program([name, '-c', path], namespace)
  }

  get output(): string {
    return this.#program.output
  }

  /** Waits until it polls. */
  async ready(): Promise<void> {
    await this.#program.said(/Processing new and deleted decisions/)
  }

  /** Holds it still, or lets it go on. */
  hold(isHeld: boolean): void {
    this.#program.process.kill(isHeld ? 'SIGSTOP' : 'SIGCONT')
  }

  async remove(): Promise<void> {
    this.hold(false)
    await this.#program.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Drops packets through nftables in its network namespace. */
export class StockFirewallBouncer extends StockBouncer {
  constructor(access: Access, namespace: string) {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-stock-'))
    const table = (name: string) => ({
      enabled: true,
      'set-only': false,
      table: name,
      chain: `${name}-chain`,
    })
    const settings = {
      mode: 'nftables',
      pid_dir: folder,
      deny_action: 'DROP',
      supported_decisions_types: ['ban'],
      nftables: { ipv4: table('crowdsec'), ipv6: table('crowdsec6') },
    }
    super('crowdsec-firewall-bouncer', access, folder, settings, namespace)
  }
}

/** One call of the program that the custom bouncer runs for each decision. */
export interface CustomCall {
  readonly verb: string
  readonly value: string
  readonly seconds: number
  readonly scenario: string
  readonly decision: { readonly scope: string; readonly type: string; readonly origin: string }
}

/** Calls a program for each decision; here a script that writes its arguments down. */
export class StockCustomBouncer extends StockBouncer {
  constructor(access: Access) {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-stock-'))
    const script = join(folder, 'record')
    writeFileSync(script, `#!/bin/sh\n{ printf '%s\\t' "$@"; echo; } >> ${join(folder, 'calls')}\n`)
    chmodSync(script, 0o755)
    const settings = { bin_path: script, piddir: folder, cache_retention_duration: '1s' }
    super('crowdsec-custom-bouncer', access, folder, settings)
  }

  /** All calls so far, in their order. */
  calls(): CustomCall[] {
    let text: string
    try {
      text = readFileSync(join(this.folder, 'calls'), 'utf8')
    } catch {
      return []
    }
    const whole = text.split('\n').slice(0, -1)
    return whole.map((line) => {
      const [verb = '', value = '', seconds = '', scenario = '', decision = 'null'] = line.split('\t')
      const parsed = JSON.parse(decision) as CustomCall['decision']
      return { verb, value, seconds: Number(seconds), scenario, decision: parsed }
    })
  }
}
