import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hasWildcard } from './tail/glob.ts'

/** Logs of one kind that were found on the machine. */
export interface DiscoveredSource {
  /** The type label that parsers know the lines by. */
  readonly type: string
  readonly filenames: readonly string[]
}

/** What may be there: the first name that is, of each line. A name with a wildcard is there if its folder is. */
const candidates: readonly { type: string; anyOf: readonly string[] }[] = [
  { type: 'syslog', anyOf: ['/var/log/auth.log', '/var/log/secure', '/var/log/syslog', '/var/log/messages'] },
  { type: 'nginx', anyOf: ['/var/log/nginx/*.log'] },
  { type: 'apache2', anyOf: ['/var/log/apache2/*.log'] },
  { type: 'apache2', anyOf: ['/var/log/httpd/*_log'] },
]

/**
 * The log files that a machine has in their usual places, for an agent without a configuration: the log of logins,
 * and the logs of web servers. `root` stands for `/`.
 */
export function discoverSources(root = '/'): readonly DiscoveredSource[] {
  const found = new Map<string, string[]>()
  for (const { type, anyOf } of candidates) {
    const path = anyOf.map((name) => join(root, name)).find(isThere)
    if (path !== undefined) found.set(type, [...(found.get(type) ?? []), path])
  }
  return [...found].map(([type, filenames]) => ({ type, filenames }))
}

/** The acquisition documents of these sources, as YAML text. */
export function acquisitionText(sources: readonly DiscoveredSource[]): string {
  return sources
    .map(({ type, filenames }) => {
      const names = filenames.map((name) => `  - ${JSON.stringify(name)}\n`).join('')
      return `source: file\nfilenames:\n${names}labels:\n  type: ${type}\n`
    })
    .join('---\n')
}

function isThere(path: string): boolean {
  if (!hasWildcard(path)) return existsSync(path)
  const folder = dirname(path)
  return existsSync(folder) && statSync(folder).isDirectory()
}
