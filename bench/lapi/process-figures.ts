import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** CPU that a living process has used, all threads, user and system, in milliseconds, to the nanosecond. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0])
    } catch {
      // It ended between the two reads.
    }
  }
  return nanoseconds / 1e6
}

/** What of the process is in memory now. */
export function residentMegabytes(pid: number): number {
  return statusMegabytes(pid, 'VmRSS')
}

/** The most that was in memory at a time, since the start or since `forgetPeak`. */
export function peakMegabytes(pid: number): number {
  return statusMegabytes(pid, 'VmHWM')
}

/** Lets the kernel begin anew with the peak. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function statusMegabytes(pid: number, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!found) throw new Error(`the kernel does not tell ${name} of process ${pid}`)
  return Number(found[1]) / 1024
}
