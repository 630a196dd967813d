/** An allowlist as the Local API lists it; `items` is empty unless the content was asked for. */
export interface WireAllowlist {
  allowlist_id?: string
  console_managed?: boolean
  /** RFC 3339 with milliseconds. */
  created_at: string
  description?: string
  items: WireAllowlistItem[]
  name: string
  updated_at: string
}

export interface WireAllowlistItem {
  created_at: string
  description?: string
  /** RFC 3339; `0001-01-01T00:00:00.000Z` means never. */
  expiration: string
  value: string
}

/** Whether one address or range is allowlisted; both keys are absent where it is not. */
export interface WireAllowlistCheck {
  allowlisted?: boolean
  reason?: string
}

/** One allowlisted target of a bulk check. */
export interface WireAllowlistMatch {
  target: string
  allowlists: string[]
}

export interface WireOs {
  name: string
  version: string
}

/** One window of counters, as agents and bouncers report them. */
export interface WireMetric {
  meta: { utc_now_timestamp: number; window_size_seconds: number }
  items: WireMetricItem[]
}

export interface WireMetricItem {
  name: string
  unit: string
  value: number
  labels?: Record<string, string>
}

/** What a bouncer reports about itself. Timestamps are seconds since the epoch. */
export interface WireRemediationComponent {
  type?: string
  name?: string
  version: string
  utc_startup_timestamp: number
  last_pull?: number
  os?: WireOs
  feature_flags?: string[]
  metrics: WireMetric[]
}

/** What an agent reports about itself. Timestamps are seconds since the epoch. */
export interface WireLogProcessor {
  version: string
  utc_startup_timestamp: number
  os?: WireOs
  feature_flags?: string[]
  datasources: Record<string, number>
  hub_items: Record<string, { name: string; version: string; status: string }[]>
  metrics: WireMetric[]
}
