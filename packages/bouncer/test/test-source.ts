import type { StreamPart, StreamQuery } from '@tocsin/client'
import type { WireDecision } from '@tocsin/model'
import type { DecisionSource } from '../src/index.ts'

interface Held {
  wire: WireDecision
  until: number
}

/** Decisions in memory, streamed as a Local API streams them: the whole at startup, then what changed. */
export class TestSource implements DecisionSource {
  pulls = 0
  readonly #held = new Map<string, Held>()
  #new: Held[] = []
  #deleted: Held[] = []
  #ids = 0

  /** Bans an address or a range for a time, besides what holds for it already. */
  ban(value: string, seconds: number): void {
    const scope = value.includes('/') ? 'Range' : 'Ip'
    const id = ++this.#ids
    const wire = { id, origin: 'cscli', scenario: 'test/bf', scope, type: 'ban', value, duration: '' }
    const held = { wire, until: Date.now() + seconds * 1000 }
    this.#held.set(`${value} ${id}`, held)
    this.#new.push(held)
  }

  /** Ends every decision on exactly this value. */
  lift(value: string): void {
    for (const [key, held] of this.#held) {
      if (held.wire.value !== value) continue
      this.#held.delete(key)
      this.#deleted.push({ ...held, until: Date.now() })
    }
  }

  async *streamParts(query: StreamQuery): AsyncGenerator<StreamPart, void, undefined> {
    this.pulls++
    const fresh = query.startup ? Array.from(this.#held.values()) : this.#new
    const deleted = this.#deleted
    this.#new = []
    this.#deleted = []
    await Promise.resolve()
    yield { kind: 'new', decisions: fresh.filter(({ until }) => until > Date.now()).map(asWire) }
    yield { kind: 'deleted', decisions: deleted.map(asWire) }
  }
}

function asWire({ wire, until }: Held): WireDecision {
  return { ...wire, duration: `${Math.round((until - Date.now()) / 1000)}s` }
}
