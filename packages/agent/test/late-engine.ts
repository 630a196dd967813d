import type { WireAlert } from '@tocsin/model'
import type { CreateEngine } from '../src/line-engine.ts'
import { fakeEngine, type FakeRules } from './fake-engine.ts'

/**
 * The fake engine, with overflows that wait so long before their alerts come, one behind the other as in the real one.
 * Those whose number ends in 0, 4 or 8 do not wait, unless one before them does.
 */
export function lateEngine(
  rules: FakeRules,
  delayMs: number,
  onLeave: (alert: WireAlert, nowMs: number) => void = () => undefined,
): CreateEngine {
  return (host) => {
    const waiting: Promise<void>[] = []
    const engine = fakeEngine(rules)({
      ...host,
      onAlert: (alert: WireAlert) => {
        const isLate = !/ \d*[048]$/.test(alert.message)
        if (!isLate && waiting.length === 0) {
          host.onLeave()
          host.onAlert(alert)
          return
        }
        const before = waiting.at(-1)
        const ready = isLate ? new Promise((resolve) => setTimeout(resolve, delayMs)) : null
        waiting.push(leave(before, ready, alert))
      },
    })
    const leave = async (
      before: Promise<void> | undefined,
      ready: Promise<unknown> | null,
      alert: WireAlert,
    ) => {
      await before
      await ready
      void waiting.shift()
      host.onLeave()
      host.onAlert(alert)
      onLeave(alert, host.clock())
    }
    return {
      process: (line, mode) => engine.process(line, mode),
      tick: (nowMs) => engine.tick(nowMs),
      oldestLiveMs: () => engine.oldestLiveMs(),
      get waiting() {
        return waiting.length
      },
      drain: async () => {
        while (waiting.length > 0) await waiting.at(-1)
      },
    }
  }
}
