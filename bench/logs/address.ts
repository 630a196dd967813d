import type { Random } from './random.ts'

/** Who the lines are about: a few thousand honest clients, and fewer who attack. One in ten speaks IPv6. */
export interface Population {
  readonly visitors: readonly string[]
  readonly attackers: readonly string[]
}

export function population(random: Random): Population {
  return {
    visitors: Array.from({ length: 5000 }, () => address(random)),
    attackers: Array.from({ length: 2000 }, () => address(random)),
  }
}

/** First octets that are routed on the internet, so that no allowlist of private addresses swallows the lines. */
const firstOctets = [5, 23, 31, 45, 62, 77, 80, 91, 101, 118, 141, 156, 178, 185, 193, 203, 212]

function address(random: Random): string {
  if (random.chance(0.1)) {
    const group = () => random.below(65536).toString(16)
    return `2001:db8:${group()}:${group()}::${group()}`
  }
  return `${random.pick(firstOctets)}.${random.below(256)}.${random.below(256)}.${random.between(1, 255)}`
}
