import { readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { ProtectedAddress } from '@tocsin/lapi'
import { addressBits, formatIp, parseCidr, parseIp, unmapIp } from '@tocsin/model'
import { readUtmp } from './utmp.ts'

/**
 * What banning would lock the owner out of: the loopback, this machine's own addresses, and the addresses that
 * administrators are logged in from (sessions in utmp and systemd-logind, SSH_CONNECTION of this process and its
 * parents). Mere connections to sshd do not count: attackers have those too.
 */
export function protectedAddresses(): ProtectedAddress[] {
  return [...loopback, ...ownAddresses(), ...loggedInAddresses()]
}

/** The address that the person running this process came from over SSH, or null. */
export function adminAddress(env: NodeJS.ProcessEnv = process.env): string | null {
  return sshClient(env.SSH_CONNECTION) ?? sshClientOfParents()
}

const loopback: ProtectedAddress[] = ['127.0.0.0/8', '::1/128'].flatMap((text) => {
  const cidr = parseCidr(text)
  return cidr ? [{ cidr, reason: 'the loopback' }] : []
})

function ownAddresses(): ProtectedAddress[] {
  return Object.entries(interfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ address, internal }) =>
      internal ? [] : single(address, `this machine's own address (${name})`),
    ),
  )
}

/** Empty where the system does not let this process ask: a sandbox without netlink. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces()
  } catch {
    return {}
  }
}

function loggedInAddresses(): ProtectedAddress[] {
  const admin = adminAddress()
  return [
    ...(admin === null
      ? []
      : single(admin, 'the address that the running command was started from over SSH')),
    ...utmpSessions().flatMap(({ user, line, host }) =>
      single(host, `the address of ${user}, logged in on ${line}`),
    ),
    ...logindSessions(),
  ]
}

function utmpSessions() {
  try {
    return readUtmp(readFileSync('/run/utmp'))
  } catch {
    return [] // Systems without utmp keep their sessions with logind alone.
  }
}

const logindFolder = '/run/systemd/sessions'

function logindSessions(): ProtectedAddress[] {
  try {
    return readdirSync(logindFolder).flatMap((name) => logindSession(`${logindFolder}/${name}`))
  } catch {
    return [] // No logind, no sessions of its.
  }
}

function logindSession(path: string): ProtectedAddress[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return [] // A pipe beside the sessions, or one that just ended.
  }
  const fields = new Map(
    text.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  )
  const host = fields.get('REMOTE') === '1' ? fields.get('REMOTE_HOST') : undefined
  if (host === undefined || fields.get('STATE') === 'closing') return []
  return single(host, `the address of ${fields.get('USER') ?? 'a user'}, logged in over the network`)
}

function single(text: string, reason: string): ProtectedAddress[] {
  const parsed = parseIp(text.split('%', 1)[0] ?? '')
  if (!parsed) return []
  const ip = unmapIp(parsed)
  return [{ cidr: { ip, bits: addressBits(ip) }, reason }]
}

/** sudo drops SSH_CONNECTION; a parent process still has it. */
function sshClientOfParents(): string | null {
  let pid = process.ppid
  for (let depth = 0; depth < 32 && pid > 1; depth++) {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
      const found = sshClient(
        variables.find((text) => text.startsWith('SSH_CONNECTION='))?.slice('SSH_CONNECTION='.length),
      )
      if (found !== null) return found
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    } catch {
      return null // Another user's process, or no /proc: nothing more to learn.
    }
  }
  return null
}

function sshClient(connection: string | undefined): string | null {
  const ip = parseIp((connection ?? '').split(' ', 1)[0]?.split('%', 1)[0] ?? '')
  return ip && formatIp(unmapIp(ip))
}
