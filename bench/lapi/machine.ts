import type { Requests } from './requests.ts'

/** A machine that is logged in: posts alerts and bans. */
export class BenchMachine {
  readonly #requests: Requests
  readonly #headers: Readonly<Record<string, string>>
  #addresses = 0

  private constructor(requests: Requests, token: string) {
    this.#requests = requests
    this.#headers = { authorization: `Bearer ${token}`, 'user-agent': 'bench/v1' }
  }

  static async logIn(
    requests: Requests,
    { machineId, password }: { machineId: string; password: string },
  ): Promise<BenchMachine> {
    const body = JSON.stringify({ machine_id: machineId, password })
    const headers = { 'user-agent': 'bench/v1' }
    const { text } = await requests.ask('/v1/watchers/login', { method: 'POST', headers, body })
    return new BenchMachine(requests, (JSON.parse(text) as { token: string }).token)
  }

  /** Bans so many addresses that nobody has banned before. */
  async ban(count: number, duration = '4h'): Promise<void> {
    const decisions = Array.from({ length: count }, () => ({
      origin: 'cscli',
      scenario: 'bench',
      scope: 'Ip',
      type: 'ban',
      value: this.#nextAddress(),
      duration,
    }))
    await this.post([{ ...alertOf('', 'bench'), source: { scope: '', value: '' }, decisions }])
  }

  /** Alerts as an agent raises them, each of an address of its own; profiles decide about them. */
  alerts(count: number): object[] {
    return Array.from({ length: count }, () => alertOf(this.#nextAddress(), 'bench/ssh-bf'))
  }

  async post(alerts: readonly object[]): Promise<void> {
    const body = JSON.stringify(alerts)
    await this.#requests.ask('/v1/alerts', { method: 'POST', headers: this.#headers, body })
  }

  #nextAddress(): string {
    const next = this.#addresses++
    return `100.${64 + (next >> 16)}.${(next >> 8) & 255}.${next & 255}`
  }
}

function alertOf(address: string, scenario: string): object {
  const time = new Date().toISOString()
  const meta = [
    { key: 'source_ip', value: address },
    { key: 'log_type', value: 'ssh_failed-auth' },
    { key: 'service', value: 'ssh' },
    { key: 'target_user', value: 'root' },
  ]
  return {
    scenario,
    scenario_hash: '4441dcff07020f6690d998b7101e642359ba405c2abb83565bbbdcee36de280f',
    scenario_version: '0.3',
    message: `Ip ${address} performed '${scenario}' (6 events over 2.1s)`,
    events_count: 6,
    start_at: time,
    stop_at: time,
    capacity: 5,
    leakspeed: '10s',
    simulated: false,
    remediation: true,
    events: Array.from({ length: 6 }, () => ({ timestamp: time, meta })),
    source: { scope: 'Ip', value: address, ip: address },
  }
}
