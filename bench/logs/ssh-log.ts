import type { Population } from './population.ts'
import type { Random } from './random.ts'
import { bsdDate } from './log-date.ts'

const names =
  'root admin ubuntu oracle test git postgres pi deploy alice bob jenkins hadoop minecraft backup guest'
const users = names.split(' ')

type MakeText = (random: Random, people: Population) => string

/** What sshd writes, with how often each kind of line comes in 100 lines. */
const kinds: readonly (readonly [number, MakeText])[] = [
  [22, (r, p) => `Failed password for invalid user ${r.pick(users)} from ${attacker(r, p)} ssh2`],
  [18, (r, p) => `Failed password for ${r.pick(users)} from ${attacker(r, p)} ssh2`],
  [12, (r, p) => `Invalid user ${r.pick(users)} from ${attacker(r, p)}`],
  [8, (r, p) => `Received disconnect from ${attacker(r, p)}:11: Bye Bye [preauth]`],
  [6, (r, p) => `Disconnected from invalid user ${r.pick(users)} ${attacker(r, p)} [preauth]`],
  [6, (r, p) => `Connection closed by authenticating user root ${attacker(r, p)} [preauth]`],
  [5, (r, p) => pamFailure(r, p.attacker(r))],
  [3, (r, p) => `Connection closed by ${attacker(r, p)} [preauth]`],
  [2, (r, p) => `banner exchange: Connection from ${attacker(r, p)}: invalid format`],
  [1, (r, p) => `Unable to negotiate with ${attacker(r, p)}: ${noKeyExchange}`],
  [8, (r, p) => `Accepted publickey for ${r.pick(users)} from ${visitor(r, p)} ssh2: ${key(r)}`],
  [4, (r) => `pam_unix(sshd:session): session opened for user ${r.pick(users)}(uid=1000) by (uid=0)`],
  [4, (r) => `pam_unix(sshd:session): session closed for user ${r.pick(users)}`],
  [1, (r, p) => `Failed password for ${r.pick(users)} from ${visitor(r, p)} ssh2`],
]

const noKeyExchange =
  'no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]'

/** One line of an auth.log, as syslog writes it. */
export function sshLine(random: Random, people: Population, timeMs: number): string {
  const text = random.weighted(kinds)(random, people)
  return `${bsdDate(timeMs)} web-01 sshd[${random.between(1000, 60000)}]: ${text}`
}

function pamFailure(random: Random, address: string): string {
  const user = random.chance(0.5) ? '  user=root' : ''
  return `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}${user}`
}

function attacker(random: Random, people: Population): string {
  return `${people.attacker(random)} port ${random.between(1024, 65536)}`
}

function visitor(random: Random, people: Population): string {
  return `${people.visitor(random)} port ${random.between(1024, 65536)}`
}

function key(random: Random): string {
  return `ED25519 SHA256:${random.base64(43)}`
}
