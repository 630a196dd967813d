import type { Followed } from '@tocsin/client'
import { parseIpOrCidr, type WireDecision } from '@tocsin/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecisionSet } from './decision-set.ts'
import { PushSession } from './push-session.ts'

const now = 1_000_000

function ban(id: number): WireDecision {
  const value = `192.0.2.${id % 8}`
  return { id, origin: 'cscli', scenario: 'test/bf', scope: 'Ip', type: 'ban', value, duration: '1h' }
}

/** What a Local API holds and would push, without any connection. */
class Model {
  readonly held = new Map<number, WireDecision>()
  epoch = 0
  #log: (Followed & { kind: 'changes' })[] = []

  get cursor(): string {
    return `${this.epoch}:${this.#log.length}`
  }

  ban(id: number): Followed {
    this.held.set(id, ban(id))
    return this.#change([ban(id)], [])
  }

  lift(id: number): Followed {
    this.held.delete(id)
    return this.#change([], [ban(id)])
  }

  forget(): void {
    this.epoch++
    this.#log = []
  }

  /** What a new connection is sent at once. */
  *open(cursor: string | null): Generator<Followed, void, undefined> {
    yield { kind: 'channel', channel: 'push' }
    const [epoch, version = 0] = (cursor ?? '').split(':').map(Number)
    if (cursor !== null && epoch === this.epoch) {
      yield* this.#log.slice(version)
      return
    }
    if (cursor !== null) yield { kind: 'reset', cursor: null }
    const at = this.cursor
    for (const decision of this.held.values()) {
      yield { kind: 'changes', new: [decision], deleted: [], cursor: at }
    }
    yield { kind: 'ready', cursor: at }
  }

  #change(added: WireDecision[], deleted: WireDecision[]): Followed {
    const version = `${this.epoch}:${this.#log.length + 1}`
    const change = { kind: 'changes', new: added, deleted, cursor: version } as const
    this.#log.push(change)
    return change
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('ban' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('lift' as const), id: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
  // A connection that breaks off after so many events of its beginning; the next one is opened at once.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('break' as const), after: fc.nat(20) }) },
)

describe('a pushed set', () => {
  it('is what the Local API holds after any history of changes, breaks and new beginnings', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const set = new DecisionSet({ clock: () => now })
        const model = new Model()
        let session = new PushSession(set, () => now, null)
        const reopen = (after: number) => {
          const before = held(set)
          session = new PushSession(set, () => now, session.cursor)
          let count = 0
          for (const event of model.open(session.cursor)) {
            if (count++ === after) return
            const taken = session.take(event)
            if (!session.isCurrent) expect(held(set)).toEqual(expect.arrayContaining(before))
            if (taken === 'changed') before.splice(0)
          }
          expect(session.isCurrent).toBe(true)
        }
        const compare = () => {
          set.commitSilently()
          expect(held(set)).toEqual(
            [...new Set(Array.from(model.held.values(), ({ value }) => value))].sort(),
          )
          expect(set.stats().decisions).toBe(model.held.size)
        }
        reopen(Infinity)
        for (const next of steps) {
          if (next.do === 'ban') session.take(model.ban(next.id))
          else if (next.do === 'lift') session.take(model.lift(next.id))
          else {
            if (next.do === 'break') reopen(next.after)
            else model.forget()
            reopen(Infinity)
          }
          compare()
        }
      }),
      { numRuns: 300 },
    )
  })

  it('does not wait for ever for a whole set that does not come', () => {
    const session = new PushSession(new DecisionSet(), () => now, null, 0)
    session.take({ kind: 'channel', channel: 'push' })
    expect(() => session.take({ kind: 'alive' })).toThrow(
      expect.objectContaining({ code: 'BOUNCER_PUSH_STALLED' }),
    )
    expect(session.cursor).toBeNull()
    session.take({ kind: 'ready', cursor: '1' })
    expect(session.take({ kind: 'alive' })).toBe('nothing')
    expect(session.cursor).toBe('1')
  })
})

/** The addresses that a lookup finds. */
function held(set: DecisionSet): string[] {
  return Array.from({ length: 8 }, (_, n) => `192.0.2.${n}`).filter((text) => {
    const ip = parseIpOrCidr(text)?.ip
    return ip !== undefined && set.lookup(ip) !== null
  })
}
