import type { Clock } from '@tocsin/model'

/**
 * Milliseconds since the epoch as known when the process started, never set back or forward afterwards: a machine
 * that learns the right time late must not end every ban at that moment.
 */
export const steadyClock: Clock = () => performance.timeOrigin + performance.now()
