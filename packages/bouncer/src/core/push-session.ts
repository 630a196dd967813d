import type { Followed } from '@tocsin/client'
import { type Clock, TocsinError } from '@tocsin/model'
import type { DecisionSet, PullInProgress } from './decision-set.ts'

/**
 * What an event was good for.
 * - `pushing`, `pulling`: how the source answers
 * - `reset`: the whole set begins anew; `piece`: a part of it; `whole`: it is complete and took the place of the old
 * - `changed`: the set was current and is again; `nothing`: what came changes nothing
 */
export type Taken = 'pushing' | 'pulling' | 'reset' | 'piece' | 'whole' | 'changed' | 'nothing'

const defaultStallMs = 60_000

/** Takes one followed stream into a set, from where an earlier one broke off or from the beginning. */
export class PushSession {
  readonly #set: DecisionSet
  readonly #clock: Clock
  /** The whole set on its way; null while the set is current. */
  #whole: PullInProgress | null
  #cursor: string | null
  /** Keep-alives alone for so long, while a whole set should come, are no progress. */
  readonly #stallMs: number
  #progressAt = performance.now()

  constructor(set: DecisionSet, clock: Clock, cursor: string | null, stallMs: number = defaultStallMs) {
    this.#set = set
    this.#clock = clock
    this.#stallMs = stallMs
    this.#cursor = cursor
    this.#whole = cursor === null ? this.#begin(true) : null
  }

  /** Where another stream can go on; null where the set is not whole and has to be sent anew. */
  get cursor(): string | null {
    return this.#whole === null ? this.#cursor : null
  }

  get isCurrent(): boolean {
    return this.#whole === null
  }

  /** Throws BOUNCER_PUSH_STALLED. */
  take(event: Followed): Taken {
    if (event.kind === 'alive') return this.#checkProgress()
    this.#progressAt = performance.now()
    if (event.kind === 'changes') return this.#change(event)
    if (event.kind === 'channel') {
      if (event.channel === 'push') return 'pushing'
      this.#whole = this.#begin(false)
      return 'pulling'
    }
    if (event.kind === 'ready') return this.#ready(event.cursor)
    this.#whole = this.#begin(true)
    return 'reset'
  }

  /** The answer was a pull and is complete. */
  finishPull(): void {
    this.#whole?.finish()
    this.#whole = null
    this.#cursor = null
  }

  #begin(pushed: boolean): PullInProgress {
    return this.#set.begin({ startup: true, at: this.#clock(), pushed })
  }

  #change(event: Followed & { kind: 'changes' }): Taken {
    const at = this.#clock()
    const into = this.#whole ?? this.#set.begin({ startup: false, at })
    if (event.new.length > 0) into.add({ kind: 'new', decisions: event.new }, at)
    if (event.deleted.length > 0) into.add({ kind: 'deleted', decisions: event.deleted }, at)
    if (this.#whole !== null) return 'piece'
    this.#cursor = event.cursor
    return 'changed'
  }

  #ready(cursor: string | null): Taken {
    if (this.#whole === null) return 'nothing'
    this.#whole.finish()
    this.#whole = null
    this.#cursor = cursor
    return 'whole'
  }

  #checkProgress(): Taken {
    if (this.#whole === null || performance.now() - this.#progressAt < this.#stallMs) return 'nothing'
    throw new TocsinError(
      'BOUNCER_PUSH_STALLED',
      `cannot follow decisions: the whole set does not come, only keep-alives for ${this.#stallMs / 1000} s`,
    )
  }
}
