import { formatDuration, parseDuration } from '@tocsin/model'

/** What lasts so long is for ever to our Local API; another one takes it for the hundred years that it says. */
const permanentText = '876000h0m0s'
const permanentNs = parseDuration(permanentText) ?? 0n

/** Go duration text of what a person writes: a duration above zero, or `permanent`; null for anything else. */
export function decisionDuration(text: string): string | null {
  if (text === 'permanent') return permanentText
  const ns = parseDuration(text)
  return ns === null || ns <= 0n ? null : formatDuration(ns)
}

/** What is left of a decision, for people. */
export function remainingText(duration: string): string {
  return (parseDuration(duration) ?? 0n) >= permanentNs ? 'permanent' : duration
}
