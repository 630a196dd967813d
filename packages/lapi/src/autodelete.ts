import type { Store } from './store/store.ts'

/** Who and what goes by itself after a while; what is absent stays. Times are milliseconds. */
export interface AutodeleteOptions {
  /** Machines whose last heartbeat is that long ago, that have no alerts and are not on this machine. */
  readonly machines?: { readonly certificateMs?: number; readonly passwordMs?: number }
  /** Bouncers whose last pull is that long ago; those that never pulled stay. */
  readonly bouncers?: { readonly certificateMs?: number; readonly keyMs?: number }
}

export interface Autodeleted {
  readonly machines: number
  readonly bouncers: number
  readonly allowlistItems: number
}

/** Deletes what has run out at the time: allowlist entries always, the others as the options say. */
export async function autodelete(
  store: Store,
  options: AutodeleteOptions,
  now: number,
): Promise<Autodeleted> {
  const { machines = {}, bouncers = {} } = options
  const allowlistItems = await store.allowlists.removeExpired(now)
  let deletedMachines = 0
  for (const [authType, ms] of [
    ['tls', machines.certificateMs],
    ['password', machines.passwordMs],
  ] as const) {
    if (ms === undefined) continue
    deletedMachines += await store.machines.delete(await store.machines.stale(authType, now - ms))
  }
  let deletedBouncers = 0
  for (const [authType, ms] of [
    ['tls', bouncers.certificateMs],
    ['api-key', bouncers.keyMs],
  ] as const) {
    if (ms === undefined) continue
    deletedBouncers += await store.bouncers.delete(await store.bouncers.stale(authType, now - ms))
  }
  return { machines: deletedMachines, bouncers: deletedBouncers, allowlistItems }
}
