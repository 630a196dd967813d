import type { Cidr } from '@tocsin/model'
import { parseAddress } from '../decision/address.ts'
import { PrefixIndex } from '../decision/prefix-index.ts'
import type { AllowlistItem, Store } from '../store/store.ts'

interface Entry {
  readonly list: string
  readonly item: AllowlistItem
  readonly cidr: Cidr
  /** Place among all entries: lists by name, items as they were added. */
  readonly order: number
}

/** The allowlists in memory, for the check of every alert. `reload` after each change. */
export class AllowlistCheck {
  readonly #store: Store
  #index = new PrefixIndex<Entry>()
  #entries: Entry[] = []

  constructor(store: Store) {
    this.#store = store
  }

  async reload(): Promise<void> {
    const entries: Entry[] = []
    for (const list of await this.#store.allowlists.list()) {
      for (const item of list.items) {
        const cidr = parseAddress(item.value)
        if (cidr) entries.push({ list: list.name, item, cidr, order: entries.length })
      }
    }
    const index = new PrefixIndex<Entry>()
    for (const entry of entries) index.add(entry.cidr, entry)
    this.#index = index
    this.#entries = entries
  }

  get size(): number {
    return this.#entries.length
  }

  /** Why an address or range is allowlisted: every entry around it or within it. Empty where none is. */
  reasons(cidr: Cidr, now: number): string[] {
    if (this.#entries.length === 0) return []
    const hits = new Set([...this.#index.around(cidr), ...this.#index.within(cidr)])
    return [...hits]
      .filter(({ item }) => item.expiresAt === null || item.expiresAt > now)
      .sort((a, b) => a.order - b.order)
      .map(({ item, list }) => `${item.value} from ${list}${item.comment === '' ? '' : ` (${item.comment})`}`)
  }
}
