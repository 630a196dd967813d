import type { HelperFunction } from '../type/environment.ts'

const pureNames = new Set([
  'Upper',
  'Lower',
  'TrimSpace',
  'Trim',
  'TrimLeft',
  'TrimRight',
  'TrimPrefix',
  'TrimSuffix',
  'JsonExtract',
  'JsonExtractUnescape',
  'PathEscape',
  'PathUnescape',
  'QueryEscape',
  'QueryUnescape',
  'B64Decode',
])

const totalNames = new Set([
  'Upper',
  'Lower',
  'TrimSpace',
  'Trim',
  'TrimLeft',
  'TrimRight',
  'TrimPrefix',
  'TrimSuffix',
  'PathEscape',
  'PathUnescape',
  'QueryEscape',
  'QueryUnescape',
  'Atof',
  'File',
  'RegexpInFile',
  'LookupFile',
  'IsIP',
  'IsIPV4',
  'IsIPV6',
  'IpInRange',
  'IpToRange',
  'KeyExists',
])

/**
 * Marks the helpers that give texts, the same for the same arguments, and do nothing else: what they make of the
 * lines of a data file is made once and remembered. Marks those that cannot fail, too.
 */
export function markPure(helpers: Record<string, HelperFunction>): Record<string, HelperFunction> {
  return Object.fromEntries(
    Object.entries(helpers).map(([name, helper]) => [
      name,
      {
        ...helper,
        ...(pureNames.has(name) ? { pure: true } : {}),
        ...(totalNames.has(name) ? { total: true } : {}),
      },
    ]),
  )
}
