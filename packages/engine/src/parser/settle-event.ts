import { Time } from '@tocsin/expr'
import { Event } from '../event.ts'
import type { Overflow } from '../overflow.ts'

let isSettled = false

/**
 * Writes every field of an event once more than its constructor does. V8 takes a field that was never written again for
 * a constant and compiles it into all that reads events: the first line that is whitelisted, or the first alert, whose
 * lines are parsed a second time, would have all of that compiled anew, which costs as much as parsing ten thousand lines.
 */
export function settleEvents(): void {
  if (isSettled) return
  isSettled = true
  const line = { raw: '', src: '', timeMs: 0, labels: new Map<string, string>(), module: '' }
  const event = new Event(line, 'replay', Time.fromMs(0))
  event.reset()
  event.line = { ...line }
  event.mode = 'live'
  event.time = Time.fromMs(1)
  event.strTime = '1'
  event.strTimeFormat = '1'
  event.marshaledTime = '1'
  event.stage = '1'
  event.complete = false
  event.processed = true
  event.whitelisted = true
  event.whitelistReason = '1'
  event.unmarshaled = new Map()
  const overflow: Partial<Overflow> = {}
  event.overflow = overflow as Overflow
}
