import type { Line, Mode } from '@tocsin/engine'
import type { Clock, WireAlert } from '@tocsin/model'

/** What the agent gives an engine. */
export interface EngineHost {
  /**
   * The time that live buckets run on. It is the wall clock, except while lines are read a second time: then it is
   * the time at which they came the first time.
   */
  readonly clock: Clock
  /** Told of each bucket that overflowed, whatever comes of it, with the time when it began: `clock` at its first event. */
  onOverflow(bornMs: number): void
  /**
   * Told of each overflow that leaves the postoverflows, before its alerts. They leave in the order in which they were
   * raised. An engine whose overflows never wait need not say it.
   */
  onLeave(): void
  /**
   * Takes an alert. What is given while a line is processed or time passes belongs to that step, unless its overflow
   * waited: then it belongs to the step in which that was raised, and is noted with a later one.
   */
  onAlert(alert: WireAlert): void
}

/**
 * What the agent needs of an engine. It must be a function of the lines and the clock alone: given the same again, it
 * comes to the same state, which is how that state survives a restart.
 */
export interface LineEngine {
  /** Takes one line through parsers, scenarios and postoverflows. */
  process(line: Line, mode: Mode): void
  /** Ends what is over by this time, milliseconds since the epoch. */
  tick(nowMs: number): void
  /**
   * When the oldest thing began that the engine's next answers depend on: the birth of the oldest bucket, or of the
   * bucket whose overflow started the oldest blackhole that still lasts. Null if there is nothing. Overflows that
   * wait are the agent's business.
   */
  oldestLiveMs(): number | null
  /**
   * How many overflows were raised and have not left the postoverflows, because they wait for the names of addresses;
   * absent in an engine whose overflows never wait.
   */
  readonly waiting?: number
  /** Settles when no overflow waits, which must be in bounded time. */
  drain?(): Promise<void>
}

/** Makes an engine without any state. */
export type CreateEngine = (host: EngineHost) => LineEngine
