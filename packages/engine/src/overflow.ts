/** Who an alert is about. Empty text and zero mean unknown. Source: the original's models.Source. */
export class Source {
  scope: string
  value: string
  ip = ''
  range = ''
  asNumber = ''
  asName = ''
  cn = ''
  latitude = 0
  longitude = 0

  constructor(scope: string, value: string) {
    this.scope = scope
    this.value = value
  }
}

/** One queued event as an alert carries it: its time and its metas, sorted by key. */
export interface AlertEvent {
  readonly timestamp: string
  readonly meta: readonly (readonly [key: string, value: string])[]
}

/** What one source did, as it will be stored. Source: the original's models.Alert. */
export interface Alert {
  scenario: string
  scenarioHash: string
  scenarioVersion: string
  message: string
  eventsCount: number
  capacity: number
  /** Go duration text. */
  leakspeed: string
  /** RFC 3339. */
  startAt: string
  stopAt: string
  simulated: boolean
  remediation: boolean
  kind: string
  events: AlertEvent[]
  /** Context: key and JSON array text, sorted by key. */
  meta: { key: string; value: string }[]
  source: Source
}

/** A bucket's verdict: the sources it found and one alert for each. */
export interface Overflow {
  /** The partition of the bucket. */
  readonly partition: string
  readonly scenario: string
  whitelisted: boolean
  /** Whether the overflow is poured into the scenarios again. */
  readonly reprocess: boolean
  /** By value. The first alert's source is the same object as its entry here, as in the original. */
  readonly sources: Map<string, Source>
  readonly alerts: Alert[]
}
