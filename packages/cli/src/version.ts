import { readFileSync } from 'node:fs'

/** The version of this release, as package.json has it. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** How the command line and the daemon present themselves; the Local API reads the part behind the slash. */
export const userAgent = `tocsin/v${version}`
