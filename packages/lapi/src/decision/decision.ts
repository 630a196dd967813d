import type { Cidr } from '@tocsin/model'

/** A decision as the Local API keeps it. Times are milliseconds since the epoch. */
export interface Decision {
  readonly id: number
  readonly uuid: string
  readonly alertId: number
  readonly origin: string
  readonly scenario: string
  readonly scope: string
  readonly type: string
  /** As it was posted, not in canonical form. */
  readonly value: string
  /** What the value means where the scope is an address or a range; null for other scopes. */
  readonly cidr: Cidr | null
  readonly simulated: boolean
  readonly createdAt: number
  /** When it ends or ended. */
  readonly until: number
}

/** A decision that has no number yet. */
export type NewDecision = Omit<Decision, 'id' | 'alertId' | 'createdAt'>
