import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TocsinError } from '@tocsin/model'
import { errorCode, reasonOf } from '../file-error.ts'

/** Frees a folder that was locked. */
export type Unlock = () => void

/**
 * Takes a folder for this process, so that two agents never write one journal. The lock of a process that is gone
 * (killed, or before a reboot) does not count. Throws AGENT_STATE_IN_USE and AGENT_STATE_FAILED.
 */
export function lockFolder(folder: string): Unlock {
  const path = join(folder, 'lock')
  const self = `${process.pid} ${startOf(process.pid) ?? ''}`
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(path, self, { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw unwritable(folder, error)
    }
    const holder = liveHolder(path)
    if (holder !== null) {
      const message = `cannot use the state folder ${folder}: the process ${holder} uses it`
      throw new TocsinError('AGENT_STATE_IN_USE', message, {
        hint: 'stop that process, or name another state folder',
      })
    }
    rmSync(path, { force: true })
  }
  throw new TocsinError('AGENT_STATE_IN_USE', `cannot use the state folder ${folder}: others keep taking it`)
}

/** The process that holds the lock, or null if it is gone. */
function liveHolder(path: string): number | null {
  const [pid = '', start = ''] = readText(path).split(' ')
  const current = /^[0-9]+$/.test(pid) ? startOf(Number(pid)) : null
  return current !== null && current === start ? Number(pid) : null
}

/**
 * When a process started, in clock ticks since the boot and with the boot's name: equal for one process only. Empty
 * where the system does not tell; null where there is no such process.
 */
function startOf(pid: number): string | null {
  const boot = readText('/proc/sys/kernel/random/boot_id').trim()
  if (boot === '') return isAlive(pid) ? '' : null
  const stat = readText(`/proc/${pid}/stat`)
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return ticks === undefined ? null : `${ticks}@${boot}`
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function unwritable(folder: string, cause: unknown): TocsinError {
  const hint = 'let this user write to it, or name another one: "state:" in tocsin.yaml, or TOCSIN_STATE'
  return new TocsinError(
    'AGENT_STATE_FAILED',
    `cannot write to the state folder ${folder}: ${reasonOf(cause)}`,
    { cause, hint },
  )
}
