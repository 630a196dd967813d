import { createHash } from 'node:crypto'

/** The uuid in its usual spelling; null where the text is none. */
export function plainUuid(text: string): string | null {
  const uuid = text.toLowerCase()
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : null
}

/** A uuid for what has none, the same each time for the same parts. */
export function derivedUuid(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\0')).digest()
  // Version 8: made by a rule of our own.
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
