import { structTypeOf } from '@tocsin/expr'
import type { Time, Value } from '@tocsin/expr'
import type { EventView, Line, Mode } from '../event.ts'
import { eventType } from '../event-type.ts'
import type { Overflow } from '../overflow.ts'
import type { EventSetting } from './event-setting.ts'

/** Where the lines of events lie. */
export interface LineTexts {
  /** The text of the line of the event at a place. */
  text(place: number): string
}

/**
 * An event as buckets keep it: what alerts, contexts and conditions read. Metas are the event's own, so that what a later
 * filter writes into them shows here too, as in the original.
 */
export class QueuedEvent implements EventView {
  #setting: EventSetting
  readonly #texts: LineTexts
  readonly #place: number
  #origin: Line | undefined

  /** The text is asked for only while the event is at its place. */
  constructor(setting: EventSetting, texts: LineTexts, place: number) {
    this.#setting = setting
    this.#texts = texts
    this.#place = place
  }

  /** Takes over what was found of the event since. */
  become(setting: EventSetting): void {
    this.#setting = setting
    this.#origin = undefined
  }

  /** The line as it came, known of events that are not complete, to be parsed again. */
  get origin(): Line {
    const { origin } = this.#setting
    this.#origin ??= this.complete ? origin : { ...origin, raw: this.#texts.text(this.#place) }
    return this.#origin
  }

  get line(): Line {
    return this.#setting.ownLine ?? this.origin
  }

  /** Whether it has all that alerts show; one that has not is parsed again before it is shown. */
  get complete(): boolean {
    return this.#setting.complete
  }

  get meta(): Map<string, string> {
    return this.#setting.meta
  }

  get parsed(): Map<string, string> {
    return this.#setting.parsed
  }

  get enriched(): Map<string, string> {
    return this.#setting.enriched
  }

  get unmarshaled(): Map<string, Value> {
    return this.#setting.unmarshaled
  }

  get time(): Time {
    return this.#setting.time
  }

  get marshaledTime(): string {
    return this.#setting.marshaledTime
  }

  get strTime(): string {
    return this.#setting.strTime
  }

  get strTimeFormat(): string {
    return this.#setting.strTimeFormat
  }

  get mode(): Mode {
    return this.#setting.mode
  }

  get arrived(): Time {
    return this.#setting.arrived
  }

  get stage(): string {
    return this.#setting.stage
  }

  get processed(): boolean {
    return this.#setting.processed
  }

  get whitelisted(): boolean {
    return this.#setting.whitelisted
  }

  get whitelistReason(): string {
    return this.#setting.whitelistReason
  }

  get overflow(): Overflow | null {
    return this.#setting.overflow
  }
}

Object.defineProperty(QueuedEvent.prototype, structTypeOf, { value: eventType })
