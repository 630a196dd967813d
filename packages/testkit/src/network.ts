import { execFileSync } from 'node:child_process'

/** Two or more hosts on one machine: network namespaces on one bridge, each with an address of 198.51.100.0/24 and 2001:db8:77::/64. */
export class TestNetwork {
  readonly #id = `tk${process.pid}${Math.floor(Math.random() * 1000)}`
  readonly #hosts = new Map<string, string>()

  constructor() {
    ip('netns', 'add', this.#hub)
    ip('-n', this.#hub, 'link', 'add', 'bridge', 'type', 'bridge')
    ip('-n', this.#hub, 'link', 'set', 'bridge', 'up')
  }

  /** Adds a host and answers the name of its namespace. Addresses are `198.51.100.N` and `2001:db8:77::N`. */
  addHost(name: string, number: number): string {
    const namespace = `${this.#id}-${name}`
    ip('netns', 'add', namespace)
    this.#hosts.set(name, namespace)
    ip(
      '-n',
      this.#hub,
      'link',
      'add',
      `to-${name}`,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      namespace,
    )
    ip('-n', this.#hub, 'link', 'set', `to-${name}`, 'master', 'bridge', 'up')
    ip('-n', namespace, 'link', 'set', 'lo', 'up')
    ip('-n', namespace, 'link', 'set', 'eth0', 'up')
    ip('-n', namespace, 'address', 'add', `198.51.100.${number}/24`, 'dev', 'eth0')
    ip('-n', namespace, 'address', 'add', `2001:db8:77::${number}/64`, 'dev', 'eth0', 'nodad')
    return namespace
  }

  /** Whether one of two pings from a host is answered within a second each. */
  reaches(from: string, address: string): boolean {
    try {
      execFileSync(
        'ip',
        ['netns', 'exec', this.#namespace(from), 'ping', '-n', '-c', '2', '-i', '0.2', '-W', '1', address],
        { stdio: 'ignore' },
      )
      return true
    } catch {
      return false
    }
  }

  /** Runs a program on a host and answers its output. */
  run(host: string, ...command: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.#namespace(host), ...command], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  remove(): void {
    for (const namespace of [...this.#hosts.values(), this.#hub]) {
      try {
        ip('netns', 'delete', namespace)
      } catch {
        // Gone already: nothing is left to remove.
      }
    }
  }

  get #hub(): string {
    return `${this.#id}-hub`
  }

  #namespace(host: string): string {
    const namespace = this.#hosts.get(host)
    if (namespace === undefined) throw new Error(`there is no host ${host}`)
    return namespace
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' })
}
