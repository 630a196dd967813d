import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sharedFolder } from './shared.ts'

/** Something a test cannot do without and a bare machine may lack. */
export interface Need {
  readonly what: string
  readonly howToGet: string
  readonly met: boolean
}

/** The reference data, and inside it the given path. */
export function needShared(path = ''): Need {
  return {
    what: `the reference data ${join('shared', path)}`,
    howToGet: 'set TOCSIN_SHARED to its folder, or put it beside the project as ../shared',
    met: existsSync(join(sharedFolder, path)),
  }
}

/** A program on the PATH (or in /usr/sbin), from a Debian package. */
export function needProgram(program: string, debianPackage: string): Need {
  return {
    what: `the program ${program}`,
    howToGet: `apt-get install ${debianPackage}`,
    met: isOnPath(program),
  }
}

/** Root with the right to create network namespaces. */
export function needNetworkNamespaces(): Need {
  return {
    what: 'the right to create network namespaces',
    howToGet: 'run the tests as root on Linux (a container needs CAP_NET_ADMIN and CAP_SYS_ADMIN)',
    met: process.getuid?.() === 0 && canCreateNamespace(),
  }
}

function isOnPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

function canCreateNamespace(): boolean {
  const name = `tocsin-probe-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What a test needs that drops packets: nft, and hosts in namespaces that ping each other. */
export function needsOfPackets(): Need[] {
  return [
    needProgram('nft', 'nftables'),
    needProgram('ip', 'iproute2'),
    needProgram('ping', 'iputils-ping'),
    needNetworkNamespaces(),
  ]
}
