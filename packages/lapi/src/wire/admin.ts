import type { Bouncer, Machine } from '../store/store.ts'
import { formatMillisecond } from './time.ts'

/** A machine as administrators see it. Keys and their spelling: `machines list -o json`. */
export function toWireMachine(machine: Machine) {
  return {
    machineId: machine.name,
    created_at: formatMillisecond(machine.createdAt),
    updated_at: formatMillisecond(machine.updatedAt),
    last_push: timeOrNull(machine.lastPushAt),
    last_heartbeat: timeOrNull(machine.lastHeartbeatAt),
    ipAddress: machine.address,
    version: machine.version,
    ...(machine.validated ? { isValidated: true } : {}),
    auth_type: machine.authType,
    ...(machine.os === '' ? {} : { os: machine.os }),
    ...(machine.featureFlags.length === 0 ? {} : { featureflags: machine.featureFlags }),
    ...(Object.keys(machine.datasources).length === 0 ? {} : { datasources: machine.datasources }),
    ...(machine.scenarios.length === 0 ? {} : { scenarios: machine.scenarios }),
  }
}

/** A bouncer as administrators see it. Keys and their spelling: `bouncers list -o json`. */
export function toWireBouncer(bouncer: Bouncer) {
  return {
    name: bouncer.name,
    created_at: formatMillisecond(bouncer.createdAt),
    updated_at: formatMillisecond(bouncer.updatedAt),
    revoked: false,
    ip_address: bouncer.address,
    type: bouncer.kind,
    version: bouncer.version,
    last_pull: timeOrNull(bouncer.lastPullAt),
    auth_type: bouncer.authType,
    ...(bouncer.os === '' ? {} : { os: bouncer.os }),
    ...(bouncer.featureFlags.length === 0 ? {} : { featureflags: bouncer.featureFlags }),
    auto_created: bouncer.autoCreated,
  }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : formatMillisecond(ms)
}
