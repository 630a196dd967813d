import { setFlagsFromString } from 'node:v8'

// V8 gives up on a match after this many steps back and starts over in its linear engine.
const backtracksBeforeFallback = 5000

/**
 * Makes V8 bound the time of every pattern that is compiled from now on and that its linear engine takes.
 * Patterns compiled earlier in the process stay as they are. Safe to call more than once.
 */
export function switchOnLinearFallback(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  setFlagsFromString(`--regexp-backtracks-before-fallback=${backtracksBeforeFallback}`)
}

/** Whether V8's linear engine takes the pattern (without flags), so that the fallback covers it. */
export function isLinearPattern(pattern: string): boolean {
  setFlagsFromString('--enable-experimental-regexp-engine')
  try {
    // oxlint-disable-next-line no-invalid-regexp -- `l` exists under the flag that is set above
    return new RegExp(pattern, 'l') instanceof RegExp
  } catch {
    return false
  }
}

switchOnLinearFallback()
