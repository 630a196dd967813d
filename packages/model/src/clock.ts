/** Milliseconds since the epoch. Engines take one as a parameter, so that a replay or a test owns the time. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()
