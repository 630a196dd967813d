/** Whose alerts only say what would have been done. Fixed when scenarios are loaded. */
export interface Simulation {
  readonly enabled: boolean
  /** Scenarios that are the other way round. */
  readonly exclusions: readonly string[]
}

/** Whether a scenario is simulated: everything is or nothing is, except for those excluded. */
export function isSimulated(simulation: Simulation, scenario: string): boolean {
  return simulation.enabled !== simulation.exclusions.includes(scenario)
}
