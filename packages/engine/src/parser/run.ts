import { type Ip, parseIp } from '@tocsin/model'
import type { Event } from '../event.ts'
import type { ParserNode } from './node.ts'

/** One event's way through a context: what nodes and their expressions are given. */
export class Run {
  event: Event
  /** Whether what nobody reads before the event is shown to somebody is left out. */
  readonly lean: boolean
  /** Each stage's successor; the last one's is itself. */
  readonly nextStage: ReadonlyMap<string, string>
  /** Nodes that were left out, as nobody read of the event, as it was, what they do. */
  readonly leftOut: ParserNode[] = []
  private readonly faults: Faults
  private addressText = ''
  private parsedAddress: Ip | null = null

  constructor(event: Event, nextStage: ReadonlyMap<string, string>, faults: Faults, lean = false) {
    this.event = event
    this.lean = lean
    this.nextStage = nextStage
    this.faults = faults
  }

  /** What expressions see. */
  get scope(): { readonly evt: Event } {
    return { evt: this.event }
  }

  /** The address that a text is, or null; the last one is remembered, since nodes ask for the same again and again. */
  address(text: string): Ip | null {
    if (text === this.addressText) return this.parsedAddress
    this.addressText = text
    this.parsedAddress = parseIp(text)
    return this.parsedAddress
  }

  /** Counts an expression or a method that failed and so had no effect. */
  fault(kind: FaultKind): void {
    this.faults[kind]++
  }
}

/** What went wrong inside nodes. All but the last kind left the event on its way. */
export interface Faults {
  /** Filters that failed or were neither true nor false; the node did not match. */
  filter: number
  /** Whitelist expressions that failed; the event was not let off. */
  whitelist: number
  /** Grok inputs that failed; the grok did not match. */
  grok: number
  /** Statics that were skipped. */
  static: number
  /** Stash entries that were not kept. */
  stash: number
  /** Targets that do not exist on the event. */
  target: number
  /** Methods that could not work with their input. */
  method: number
  /** Events that a node gave up. */
  event: number
}

export type FaultKind = keyof Faults

export function noFaults(): Faults {
  return { filter: 0, whitelist: 0, grok: 0, static: 0, stash: 0, target: 0, method: 0, event: 0 }
}
