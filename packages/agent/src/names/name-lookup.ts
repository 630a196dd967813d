import { Resolver } from 'node:dns/promises'
import type { ReverseLookup } from '@tocsin/engine'
import { type Logger, TocsinError } from '@tocsin/model'
import { Breaker } from './breaker.ts'

export interface NameLookupOptions {
  readonly logger: Logger
  /** Addresses of name servers with or without a port, such as `192.0.2.53` or `[2001:db8::53]:5353`; the system's unless given. */
  readonly servers?: readonly string[]
  /** A question without an answer after so long had none; an address waits half as long again. Default 2000. */
  readonly timeoutMs?: number
  /** So long nobody is asked after lookups that had no answer in a row. Default 30,000. */
  readonly silenceMs?: number
}

/** What became of lookups since the start. */
export interface NameCounters {
  /** Questions put to name servers. */
  readonly asked: number
  /** Questions that were answered, be it that there is no name. */
  readonly answered: number
  /** Questions without an answer in time. */
  readonly timedOut: number
  /** Addresses that went on without being asked for: too many waited, or the name servers are silent. */
  readonly refused: number
}

interface Waiting {
  isAsked: boolean
  /** Null: nothing is known. */
  settle(names: readonly string[] | null): void
}

const maxAtOnce = 64
const maxWaiting = 1000
const maxUnansweredInRow = 8

/**
 * Asks name servers for the names of addresses, so that a server which never answers costs next to nothing: each
 * question waits 2 s and each address 3 s at most, 64 questions are under way and 1,000 addresses wait at a time, and after 8 questions in a
 * row without an answer nobody is asked or waits any more. From then on one question every 30 s, for which nobody
 * waits either, finds out whether names are to be had again.
 */
export class NameLookup {
  readonly #resolver: Resolver
  readonly #timeoutMs: number
  readonly #breaker: Breaker
  /** By address, in the order in which they were asked for. */
  readonly #waiting = new Map<string, Waiting>()
  #asking = 0
  readonly #counters = { asked: 0, answered: 0, timedOut: 0, refused: 0 }

  /** Throws NAME_SERVER_BAD where a server is not an address. */
  constructor({ servers, logger, timeoutMs = 2000, silenceMs = 30_000 }: NameLookupOptions) {
    this.#timeoutMs = timeoutMs
    // Questions get lost: the resolver repeats them, and would do so for longer than anybody waits.
    this.#resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 4), tries: 4 })
    if (servers) setServers(this.#resolver, servers)
    this.#breaker = new Breaker(maxUnansweredInRow, silenceMs, {
      onOpen: () => {
        logger.warn(
          `no name server answers: addresses go without names; one question every ${silenceMs / 1000} seconds tells when they answer again`,
        )
        this.#letAllGo()
        this.#resolver.cancel()
      },
      onClose: () => logger.info('name servers answer again'),
    })
  }

  get counters(): NameCounters {
    return { ...this.#counters }
  }

  /** The names of an address; null where they are not to be had now. Never rejects; settles within the time. */
  readonly lookup: ReverseLookup = (address) => {
    if (this.#breaker.isOpen) {
      this.#counters.refused++
      if (this.#breaker.mayTry()) void this.#tryAgain(address)
      return null
    }
    if (this.#waiting.size >= maxWaiting) {
      this.#counters.refused++
      return null
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#counters.refused++
        waiting.settle(null)
      }, this.#timeoutMs * 1.5)
      const waiting: Waiting = {
        isAsked: false,
        settle: (names) => {
          clearTimeout(timer)
          if (this.#waiting.get(address) === waiting) this.#waiting.delete(address)
          resolve(names)
        },
      }
      this.#waiting.set(address, waiting)
      this.#askNext()
    })
  }

  /** Lets everything that waits go on without names. */
  giveUp(): void {
    if (this.#waiting.size > 0) this.#letAllGo()
  }

  /** Gives up, and ends what is under way. */
  close(): void {
    this.giveUp()
    this.#resolver.cancel()
  }

  #askNext(): void {
    for (const [address, waiting] of this.#waiting) {
      if (this.#asking >= maxAtOnce) return
      if (!waiting.isAsked) void this.#ask(address, waiting)
    }
  }

  async #ask(address: string, waiting: Waiting): Promise<void> {
    waiting.isAsked = true
    const answer = await this.#question(address)
    // After all have been let go, it waits no more.
    if (this.#waiting.get(address) === waiting) waiting.settle(answer ?? [])
    this.#note(answer)
    this.#askNext()
  }

  async #tryAgain(address: string): Promise<void> {
    this.#note(await this.#question(address))
  }

  #note(answer: readonly string[] | null): void {
    if (answer === null) {
      this.#counters.timedOut++
      this.#breaker.failed()
    } else {
      this.#counters.answered++
      this.#breaker.succeeded()
    }
  }

  /** Null where no server answers in time. */
  async #question(address: string): Promise<readonly string[] | null> {
    this.#counters.asked++
    this.#asking++
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, this.#timeoutMs, null)
    })
    try {
      return await Promise.race([this.#answer(address), silence])
    } finally {
      clearTimeout(timer)
      this.#asking--
    }
  }

  async #answer(address: string): Promise<readonly string[] | null> {
    try {
      return await this.#resolver.reverse(address)
    } catch (error) {
      // That there is no name comes as an error too.
      return (error as NodeJS.ErrnoException).code === 'ECANCELLED' ? null : []
    }
  }

  #letAllGo(): void {
    for (const waiting of this.#waiting.values()) {
      this.#counters.refused++
      waiting.settle(null)
    }
  }
}

function setServers(resolver: Resolver, servers: readonly string[]): void {
  try {
    resolver.setServers(servers)
  } catch (cause) {
    const message = `cannot ask the name servers ${servers.join(', ')}: ${(cause as Error).message}`
    const hint = 'name addresses, with or without a port, such as 192.0.2.53 or [2001:db8::53]:5353'
    throw new TocsinError('NAME_SERVER_BAD', message, { cause, hint })
  }
}
