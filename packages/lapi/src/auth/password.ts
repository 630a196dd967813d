import { compare } from 'bcryptjs'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../server/refusal.ts'
import { Slots } from './slots.ts'

/** Cost of a hash: about 50 ms on a thread of its own, 16 MiB. Kept in each hash, so that it may rise later. */
const cost = { n: 16_384, r: 8, p: 1 }
const keyBytes = 32
const maxBytes = 1024

/** A hash to store: `scrypt$N$r$p$salt$key`, the last two in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64'), key.toString('base64')].join('$')
}

/**
 * Whether the password is the one that was hashed, by us or by CrowdSec (bcrypt). False for hashes of another kind.
 * Throws a Refusal where too many passwords wait to be hashed already.
 */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  if (Buffer.byteLength(password) > maxBytes) return false
  if (/^\$2[aby]\$/.test(hash)) return await inTurn(async () => await compare(password, hash))
  const [kind, n, r, p, salt, key] = hash.split('$')
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64')
  const derived = await derive(password, Buffer.from(salt, 'base64'), {
    n: Number(n),
    r: Number(r),
    p: Number(p),
  })
  return expected.length === derived.length && timingSafeEqual(expected, derived)
}

/** Whether the hash is not as `hashPassword` makes them: of CrowdSec, or of another cost. */
export function isForeignHash(hash: string): boolean {
  return !hash.startsWith(`scrypt$${cost.n}$${cost.r}$${cost.p}$`)
}

/** Hashing is dear on purpose: whoever asks for much of it must not take the machine from the others. */
const slots = new Slots(2, 200)

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = await slots.run(work)
  if (!done) throw new Refusal(503, 'too many logins at once', { retryAfterSeconds: 5 })
  return done.result
}

async function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  return await inTurn(async () => await scryptKey(password, salt, cost))
}

interface ScryptCost {
  readonly n: number
  readonly r: number
  readonly p: number
}

async function scryptKey(password: string, salt: Buffer, { n, r, p }: ScryptCost): Promise<Buffer> {
  return await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, salt, keyBytes, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
