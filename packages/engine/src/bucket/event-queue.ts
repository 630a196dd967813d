import { structType, structTypeOf, types } from '@tocsin/expr'
import type { EventView } from '../event.ts'
import { eventType } from '../event-type.ts'

/** What the original shows as the limit of a queue without one. */
const unlimited = 9_223_372_036_854_775_807n

/** The events of a bucket as expressions and alerts see them, the newest last. */
export class EventQueue {
  /** One event more than this is kept; all of them if it is null. */
  readonly limit: number | null
  readonly #read: () => EventView[]
  #events: EventView[] | undefined

  /** The events are read when the first one asks for them. */
  constructor(read: () => EventView[], limit: number | null) {
    this.#read = read
    this.limit = limit
  }

  get events(): readonly EventView[] {
    return (this.#events ??= this.#read())
  }

  /** Replaces the events that are not complete. */
  complete(make: (event: EventView) => EventView): void {
    this.#events = this.events.map((event) => (event.complete ? event : make(event)))
  }
}

/** `queue` of conditions and overflow filters. Source: the original's pipeline.Queue. */
export const queueType = structType('Queue', {
  fields: {
    Queue: { type: types.array(types.struct(eventType)), get: 'events' },
    L: {
      type: types.int,
      get: (queue: EventQueue) => (queue.limit === null ? unlimited : BigInt(queue.limit)),
    },
  },
})

Object.defineProperty(EventQueue.prototype, structTypeOf, { value: queueType })
