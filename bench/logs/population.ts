import type { Random } from './random.ts'

/** First octets that are routed on the internet, so that no allowlist of private addresses swallows the lines. */
const firstOctets = [5, 23, 31, 45, 62, 77, 80, 91, 101, 118, 141, 156, 178, 185, 193, 203, 212]
const visitorCount = 5000
const attackerCount = 2000
/** How many attackers are at work at the same time, and how often, on average, each acts before it stops. */
const activeAttackers = 25
const actsOfAttacker = 60

/** Who the lines are about: honest clients at random, and attackers in bursts. One address in ten is of IPv6. */
export class Population {
  readonly #visitors: readonly string[]
  readonly #attackers: readonly string[]
  readonly #active: string[]

  constructor(random: Random) {
    this.#visitors = Array.from({ length: visitorCount }, () => address(random))
    this.#attackers = Array.from({ length: attackerCount }, () => address(random))
    this.#active = Array.from({ length: activeAttackers }, () => random.pick(this.#attackers))
  }

  visitor(random: Random): string {
    return random.pick(this.#visitors)
  }

  attacker(random: Random): string {
    const slot = random.below(activeAttackers)
    const current = this.#active[slot]
    if (current !== undefined && !random.chance(1 / actsOfAttacker)) return current
    const next = random.pick(this.#attackers)
    this.#active[slot] = next
    return next
  }
}

function address(random: Random): string {
  if (random.chance(0.1)) {
    const group = () => random.below(65_536).toString(16)
    return `2001:db8:${group()}:${group()}::${group()}`
  }
  return `${random.pick(firstOctets)}.${random.below(256)}.${random.below(256)}.${random.between(1, 255)}`
}
