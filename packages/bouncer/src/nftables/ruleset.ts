import { type Cidr, TocsinError } from '@tocsin/model'
import { canonicalBlock } from '../core/remediation.ts'
import { disjointIntervals, formatInterval } from './interval.ts'

export type Hook = 'input' | 'forward'
export type Action = 'drop' | 'reject'
export type Family = 4 | 6

export interface RulesetOptions {
  /** Name of the table in the family inet, which belongs to this bouncer alone. Default `tocsin`. */
  table?: string
  /** Where packets are judged. Default: both, so that containers behind the machine are covered too. */
  hooks?: readonly Hook[]
  /** Default: drop. */
  action?: Action
  /** Of the chains; the usual filter has 0 and lower ones come first. Default -10. */
  priority?: number
  /** Whether packets and bytes are counted. Default true. */
  counters?: boolean
}

const hooksKnown: readonly Hook[] = ['input', 'forward']

export const families: readonly Family[] = [4, 6]

/** The set of single addresses, a hash, and the set of ranges, intervals: each family has both. */
export function addressSet(family: Family): string {
  return `addresses${family}`
}

export function rangeSet(family: Family): string {
  return `ranges${family}`
}

function counterName(family: Family): string {
  return `dropped${family}`
}

/** The texts that make up the bouncer's table, everything but the elements of its sets. */
export class Ruleset {
  readonly table: string
  readonly #hooks: readonly Hook[]
  readonly #action: Action
  readonly #priority: number
  readonly #counters: boolean
  #allow: readonly Cidr[] = []

  /** Throws BOUNCER_BAD_OPTION. */
  constructor(options: RulesetOptions = {}) {
    this.table = options.table ?? 'tocsin'
    this.#hooks = options.hooks ?? hooksKnown
    this.#action = options.action ?? 'drop'
    this.#priority = options.priority ?? -10
    this.#counters = options.counters ?? true
    this.#check()
  }

  /** Makes sure that the table is there, whatever is in it. */
  ensure(): string {
    return `add table inet ${this.table}\n`
  }

  /** The table anew with empty sets, in place of what there was. */
  rebuild(): string {
    const sets = families.flatMap((family) => [
      `set ${addressSet(family)} { type ipv${family}_addr; flags timeout; }`,
      `set ${rangeSet(family)} { type ipv${family}_addr; flags interval, timeout; }`,
    ])
    const counters = this.#counters ? families.map((family) => `counter ${counterName(family)} { }`) : []
    const lines = [...counters, ...sets, ...this.#chains()]
    return `${this.remove()}table inet ${this.table} {\n${lines.join('\n')}\n}\n`
  }

  /** Sources whose packets are never judged, from the next `rebuild` or `rejudge` on. */
  setAllow(blocks: readonly Cidr[]): void {
    this.#allow = blocks.map(canonicalBlock)
  }

  /** The rules that judge anew, in place of those that there are. */
  rejudge(): string {
    const { table } = this
    return `flush chain inet ${table} enforce\ntable inet ${table} {\n${this.#enforce().join('\n')}\n}\n`
  }

  /** Empties all sets. */
  flush(): string {
    const sets = families.flatMap((family) => [addressSet(family), rangeSet(family)])
    return sets.map((set) => `flush set inet ${this.table} ${set}\n`).join('')
  }

  /** Takes the table away, there or not. */
  remove(): string {
    return `${this.ensure()}delete table inet ${this.table}\n`
  }

  #chains(): string[] {
    const refuse = [
      'chain refuse {',
      'meta l4proto tcp reject with tcp reset',
      'reject with icmpx type admin-prohibited',
      '}',
    ]
    const hooks = this.#hooks.flatMap((hook) => [
      `chain ${hook} {`,
      `type filter hook ${hook} priority ${this.#priority}; policy accept;`,
      'jump enforce',
      '}',
    ])
    return [...(this.#action === 'reject' ? refuse : []), ...this.#enforce(), ...hooks]
  }

  #enforce(): string[] {
    const verdict = this.#action === 'drop' ? 'drop' : 'goto refuse'
    const rules = families.flatMap((family) => {
      const source = sourceAddress(family)
      const count = this.#counters ? `counter name ${counterName(family)} ` : ''
      return [addressSet(family), rangeSet(family)].map((set) => `${source} @${set} ${count}${verdict}`)
    })
    return ['chain enforce {', 'iifname "lo" return', ...this.#allowRules(), ...rules, '}']
  }

  #allowRules(): string[] {
    return families.flatMap((family) => {
      const blocks = this.#allow.filter((block) => block.ip.version === family)
      if (blocks.length === 0) return []
      const intervals = disjointIntervals(blocks.map((block) => ({ block, until: 0 })))
      const elements = intervals.map((interval) => formatInterval(family, interval))
      return [`${sourceAddress(family)} { ${elements.join(', ')} } return`]
    })
  }

  #check(): void {
    const bad = (what: string, hint: string) => {
      throw new TocsinError('BOUNCER_BAD_OPTION', `cannot use ${what}`, { hint })
    }
    if (!/^[A-Za-z][A-Za-z0-9_]{0,30}$/.test(this.table)) {
      bad(
        `the table name "${this.table.slice(0, 50)}": it is not a name of nftables`,
        'use a letter, then letters, digits and "_"',
      )
    }
    if (this.#hooks.length === 0 || !this.#hooks.every((hook) => hooksKnown.includes(hook))) {
      bad(`the hooks "${this.#hooks.join(', ')}": these are not hooks`, 'use input, forward or both')
    }
    if (this.#action !== 'drop' && this.#action !== 'reject') {
      bad(`the action "${String(this.#action)}": there is no such action`, 'use drop or reject')
    }
    if (!Number.isInteger(this.#priority) || Math.abs(this.#priority) > 10_000) {
      bad(`the priority ${this.#priority}: it is not a whole number near 0`, 'use -10 to come before filters')
    }
  }
}

function sourceAddress(family: Family): string {
  return family === 4 ? 'ip saddr' : 'ip6 saddr'
}
