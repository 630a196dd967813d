import type { Population } from './address.ts'
import type { Random } from './random.ts'
import { bsdDate } from './log-date.ts'

const users = [
  'root', 'admin', 'ubuntu', 'oracle', 'test', 'git', 'postgres', 'pi', 'deploy', 'alice', 'bob', 'jenkins', 'www-data',
  'hadoop', 'minecraft', 'ftpuser', 'backup', 'support', 'user', 'guest',
] // prettier-ignore

/** What sshd writes, with how often each kind of line comes in 100 lines. */
type MakeText = (random: Random, people: Population) => string

const kinds: readonly (readonly [number, MakeText])[] = [
  [
    22,
    (r, p) =>
      `Failed password for invalid user ${r.pick(users)} from ${r.pick(p.attackers)} port ${port(r)} ssh2`,
  ],
  [18, (r, p) => `Failed password for ${r.pick(users)} from ${r.pick(p.attackers)} port ${port(r)} ssh2`],
  [12, (r, p) => `Invalid user ${r.pick(users)} from ${r.pick(p.attackers)} port ${port(r)}`],
  [8, (r, p) => `Received disconnect from ${r.pick(p.attackers)} port ${port(r)}:11: Bye Bye [preauth]`],
  [
    6,
    (r, p) =>
      `Disconnected from invalid user ${r.pick(users)} ${r.pick(p.attackers)} port ${port(r)} [preauth]`,
  ],
  [
    6,
    (r, p) =>
      `Connection closed by authenticating user root ${r.pick(p.attackers)} port ${port(r)} [preauth]`,
  ],
  [5, (r, p) => pamFailure(r, r.pick(p.attackers))],
  [3, (r, p) => `Connection closed by ${r.pick(p.attackers)} port ${port(r)} [preauth]`],
  [2, (r, p) => `banner exchange: Connection from ${r.pick(p.attackers)} port ${port(r)}: invalid format`],
  [1, (r, p) => `Unable to negotiate with ${r.pick(p.attackers)} port ${port(r)}: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]`], // prettier-ignore
  [8, (r, p) => `Accepted publickey for ${r.pick(users)} from ${r.pick(p.visitors)} port ${port(r)} ssh2: ED25519 SHA256:${r.base64(43)}`], // prettier-ignore
  [
    4,
    (r) =>
      `pam_unix(sshd:session): session opened for user ${r.pick(users)}(uid=${r.between(1000, 1100)}) by (uid=0)`,
  ],
  [4, (r) => `pam_unix(sshd:session): session closed for user ${r.pick(users)}`],
  [1, (r, p) => `Failed password for ${r.pick(users)} from ${r.pick(p.visitors)} port ${port(r)} ssh2`],
]

/** One line of an auth.log, as syslog writes it. */
export function sshLine(random: Random, people: Population, timeMs: number): string {
  const text = random.weighted(kinds)(random, people)
  return `${bsdDate(timeMs)} web-01 sshd[${random.between(1000, 60000)}]: ${text}`
}

function pamFailure(random: Random, address: string): string {
  const user = random.chance(0.5) ? '  user=root' : ''
  return `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}${user}`
}

function port(random: Random): number {
  return random.between(1024, 65536)
}
