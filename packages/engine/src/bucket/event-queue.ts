import { structType, structTypeOf, types } from '@tocsin/expr'
import { eventType } from '../event-type.ts'
import type { QueuedEvent } from './queued-event.ts'

/** What the original shows as the limit of a queue without one. */
const unlimited = 9_223_372_036_854_775_807n

/** The newest events of a bucket: one more than its limit, all of them if the limit is null. */
export class EventQueue {
  events: QueuedEvent[] = []
  readonly limit: number | null

  constructor(limit: number | null) {
    this.limit = limit
  }

  /** Adds an event and gives the one that had to leave for it, or null. */
  add(event: QueuedEvent): QueuedEvent | null {
    const { events, limit } = this
    const dropped = limit !== null && events.length > limit ? (events.shift() ?? null) : null
    // Most queues hold one event: a list made of it takes no room for more.
    if (events.length === 0) this.events = [event]
    else events.push(event)
    return dropped
  }

  /** Replaces the events that are not complete. */
  complete(make: (event: QueuedEvent) => QueuedEvent): void {
    const { events } = this
    for (let at = 0; at < events.length; at++) {
      const event = events[at] as QueuedEvent
      if (!event.complete) events[at] = make(event)
    }
  }

  /** Removes all but the newest events, and gives what it removed. */
  trim(count: number): QueuedEvent[] {
    return this.events.splice(0, Math.max(0, this.events.length - count))
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
