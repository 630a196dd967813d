import { addressBytes } from '../../decision/address.ts'
import { uuidWord } from '../../decision/uuid-words.ts'
import type { Cidr } from '@tocsin/model'
import { ipFromBytes } from '@tocsin/model'

/** How values that the database does not know travel to and from its columns. */
export function uuidToBytes(uuid: string): Uint8Array {
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 4; i++) {
    const word = uuidWord(uuid, i)
    for (let j = 0; j < 4; j++) bytes[i * 4 + j] = word >>> (24 - j * 8)
  }
  return bytes
}

export function uuidFromBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export interface AddressColumns {
  family: number
  first_address: Uint8Array | null
  last_address: Uint8Array | null
}

export function addressColumns(cidr: Cidr | null): AddressColumns {
  if (!cidr) return { family: 0, first_address: null, last_address: null }
  const { family, first, last } = addressBytes(cidr)
  return { family, first_address: first, last_address: last }
}

/** The block between two addresses that `addressColumns` wrote. */
export function cidrFromColumns(columns: AddressColumns): Cidr | null {
  const { first_address: first, last_address: last } = columns
  if (!first || !last) return null
  const ip = ipFromBytes(first)
  const commonBits = countCommonBits(first, last)
  return { ip, bits: ip.version === 4 ? commonBits - 96 : commonBits }
}

function countCommonBits(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const different = (a[i] ?? 0) ^ (b[i] ?? 0)
    if (different !== 0) return i * 8 + Math.clz32(different) - 24
  }
  return a.length * 8
}

/** JSON text that this program wrote itself. */
export function fromJson(text: string): unknown {
  return JSON.parse(text)
}

export function inSlices<T>(items: readonly T[], size: number): T[][] {
  const slices: T[][] = []
  for (let at = 0; at < items.length; at += size) slices.push(items.slice(at, at + size))
  return slices
}

/** Lets other requests run between two slices of a long job: the database answers without leaving the thread. */
export async function letOthersRun(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
