import type { Event, EventView } from '../event.ts'
import { type EventSetting, EventSettings } from './event-setting.ts'
import { grown } from './grow.ts'
import type { Kept } from './kept.ts'
import { type LineTexts, QueuedEvent } from './queued-event.ts'
import { TextArena } from './text-arena.ts'

// The record of an event: the queues that hold it, the bytes it takes.
const holders = 0
const cost = 1
const recordLength = 2

/** Estimated bytes of a record, and of a setting that it does not share with an event before. */
const recordBytes = 48
const settingBytes = 300

/** Room is made in the arena after so many bytes were let go, and at least half as many as are still held. */
const fewestDropped = 1024 * 1024

/**
 * The events that buckets hold, each once, however many do. An event is a place in here, free again once its last holder
 * lets go: a line of which nothing special is kept leaves no object in the heap, as most of what a log processor holds are
 * such lines.
 */
export class EventStore implements LineTexts {
  readonly #settings: EventSettings
  /** Whether conditions can do without the lines of events, and need not see what others write into them. */
  readonly #isBare: boolean
  #records = new Int32Array(recordLength * 1024)
  /** Where the lines lie; -1 where one is not kept. */
  #addresses = new Float64Array(1024)
  /** By place; null where there is no event. */
  readonly #settingOf: (EventSetting | null)[] = []
  /** By place, the events that were asked for themselves. */
  readonly #asked = new Map<number, QueuedEvent>()
  readonly #free: number[] = []
  readonly #texts = new TextArena()
  /** Estimated bytes of events that were let go since room was made. */
  #dropped = 0
  /** Estimated bytes of the events that somebody holds. */
  bytes = 0

  constructor(kept: Kept) {
    this.#settings = new EventSettings(kept)
    this.#isBare = !kept.lean.line && !kept.rewritten
  }

  /** Takes an event in and holds it until `settle`, when it was offered to all that may hold it. */
  add(event: Event): number {
    const setting = this.#settings.of(event)
    const place = this.#free.pop() ?? this.#newPlace()
    this.#settingOf[place] = setting
    let bytes = recordBytes + (this.#settings.isNew ? settingBytes : 0)
    if (event.complete) this.#addresses[place] = -1
    else {
      const { raw } = event.origin
      this.#addresses[place] = this.#texts.add(raw)
      bytes += raw.length
    }
    const record = place * recordLength
    this.#records[record + holders] = 1
    this.#records[record + cost] = bytes
    this.bytes += bytes
    return place
  }

  /** Takes over what was found of an event since, before a filter writes into it. */
  fill(place: number, event: Event): void {
    const setting = this.#settings.of(event)
    this.#settingOf[place] = setting
    this.#asked.get(place)?.become(setting)
    this.#forgetText(place)
    this.#charge(place, recordBytes + settingBytes - this.#records[place * recordLength + cost]!)
  }

  /** Makes an event small, now that nobody writes into it any more, and leaves it to those that hold it. */
  settle(place: number): void {
    const setting = this.#settingOf[place]
    if (setting?.complete) this.#charge(place, setting.pack())
    this.release(place)
  }

  hold(place: number): void {
    this.#records[place * recordLength + holders]!++
  }

  release(place: number): void {
    const record = place * recordLength
    const records = this.#records
    if (--records[record + holders]! > 0) return
    this.bytes -= records[record + cost]!
    this.#dropped += records[record + cost]!
    this.#drop(place)
  }

  /** The event at a place as conditions see it. */
  looked(place: number): EventView {
    return (this.#isBare && this.#settingOf[place]) || this.event(place)
  }

  /** The event at a place. Only of complete ones more than the line can be read once it is let go. */
  event(place: number): QueuedEvent {
    const asked = this.#asked.get(place)
    if (asked) return asked
    const setting = this.#settingOf[place]
    if (!setting) throw new RangeError(`no event at ${place}`)
    const event = new QueuedEvent(setting, this, place)
    this.#asked.set(place, event)
    return event
  }

  /** The line of an event that is not complete. */
  text(place: number): string {
    return this.#texts.text(this.#addresses[place]!)
  }

  #charge(place: number, bytes: number): void {
    this.#records[place * recordLength + cost]! += bytes
    this.bytes += bytes
  }

  #drop(place: number): void {
    this.#forgetText(place)
    this.#settingOf[place] = null
    if (this.#asked.size > 0) this.#asked.delete(place)
    this.#free.push(place)
    if (this.#dropped < Math.max(fewestDropped, this.bytes / 2)) return
    this.#dropped = 0
    if (this.#texts.allocated > this.bytes) this.#moveTexts()
  }

  #forgetText(place: number): void {
    const address = this.#addresses[place]!
    if (address < 0) return
    this.#texts.release(address)
    this.#addresses[place] = -1
  }

  /** A few lines that stay must not keep the room of all that came with them. */
  #moveTexts(): void {
    const texts = this.#texts
    const addresses = this.#addresses
    for (let place = 0; place < this.#settingOf.length; place++) {
      const address = addresses[place]!
      if (this.#settingOf[place] === null || address < 0 || !texts.isLonely(address)) continue
      addresses[place] = texts.add(texts.text(address))
      texts.release(address)
    }
  }

  #newPlace(): number {
    const place = this.#settingOf.length
    if ((place + 1) * recordLength > this.#records.length) {
      this.#records = grown(this.#records, recordLength)
      this.#addresses = grown(this.#addresses, 1)
    }
    return place
  }
}
