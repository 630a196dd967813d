import { createHash, timingSafeEqual } from 'node:crypto'
import { type Cidr, cidrContains, parseIp, TocsinError } from '@tocsin/model'
import { unauthorized } from '../server/refusal.ts'

/** Which machines may register themselves and be at work at once. */
export interface AutoRegistrationOptions {
  /** 32 characters or more. */
  readonly token: string
  readonly allowedRanges: readonly Cidr[]
}

/** Decides whether a new machine waits for an administrator. Throws LAPI_WEAK_SECRET. */
export class AutoRegistration {
  readonly #options: AutoRegistrationOptions | undefined

  constructor(options: AutoRegistrationOptions | undefined) {
    if (options && options.token.length < 32) {
      throw new TocsinError(
        'LAPI_WEAK_SECRET',
        'cannot let machines register: the token is shorter than 32 characters',
        {
          hint: 'make one with: openssl rand -hex 32',
        },
      )
    }
    this.#options = options
  }

  /** True where the machine is at work at once, false where it waits. Throws a Refusal for a bad token or place. */
  accepts(token: string | undefined, address: string): boolean {
    if (!this.#options || token === undefined || token === '') return false
    if (!isSame(token, this.#options.token)) throw unauthorized('invalid token for auto registration')
    const ip = parseIp(address)
    const allowed = ip !== null && this.#options.allowedRanges.some((range) => cidrContains(range, ip))
    if (!allowed) throw unauthorized('IP not in allowed range for auto registration')
    return true
  }
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
