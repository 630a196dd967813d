import type { Kind } from '../decision/kind-table.ts'
import type { SlotRows } from '../decision/slot-table.ts'
import type { ByteBuffer } from '../server/byte-buffer.ts'
import { formatUntil } from './time.ts'

const maxKinds = 10_000

/** Room for everything but the kind and long values: names, a duration, a number of 16 digits, a uuid, an address. */
const fixedRoom = 192

const encode = (text: string): Uint8Array => Buffer.from(text)
const afterUuid = encode('","value":"')
const end = encode('"}')
const zero = 0x30
const dash = 0x2d
const dot = 0x2e

/** Writes held decisions as JSON, straight from their columns. What many have in common is encoded once. */
export class DecisionBytes {
  readonly #rows: SlotRows
  readonly #now: number
  /** What follows the kind's texts. */
  readonly #next: string
  readonly #withUuid: boolean
  readonly #kinds = new Map<Kind, Uint8Array>()
  #lastKind: Kind | undefined
  #lastKindBytes = end
  #lastUntil = Number.NaN
  #lastDuration = end

  constructor(rows: SlotRows, now: number, withUuid: boolean) {
    this.#rows = rows
    this.#now = now
    this.#withUuid = withUuid
    this.#next = withUuid ? ',"uuid":"' : ',"value":"'
  }

  /** Writes one. */
  write(slot: number, out: ByteBuffer): void {
    const rows = this.#rows
    const kind = this.#kindBytes(rows.kind(slot))
    const bytes = out.reserve(fixedRoom + kind.length)
    let at = copy(this.#duration(rows.until(slot)), bytes, out.length)
    at = writeNumber(rows.id(slot), bytes, at)
    bytes.set(kind, at)
    at += kind.length
    if (this.#withUuid) {
      at = writeUuidText(rows, slot, bytes, at)
      at = copy(afterUuid, bytes, at)
    }
    if (rows.isIp4(slot)) {
      at = copy(end, bytes, writeIp4(rows.lastWord(slot), bytes, at))
      out.advance(at)
      return
    }
    // Any text: its own quotes instead of those written.
    out.advance(at - 1)
    out.text(JSON.stringify(rows.value(slot)))
    out.text('}')
  }

  #duration(until: number): Uint8Array {
    if (until !== this.#lastUntil) {
      this.#lastUntil = until
      this.#lastDuration = encode(`{"duration":"${formatUntil(until, this.#now)}","id":`)
    }
    return this.#lastDuration
  }

  #kindBytes(kind: Kind): Uint8Array {
    if (kind === this.#lastKind) return this.#lastKindBytes
    let bytes = this.#kinds.get(kind)
    if (!bytes) {
      const { origin, scenario, scope, type } = kind
      const text = (value: string) => JSON.stringify(value)
      bytes = encode(
        `,"origin":${text(origin)},"scenario":${text(scenario)},"scope":${text(scope)},"type":${text(type)}${this.#next}`,
      )
      if (this.#kinds.size < maxKinds) this.#kinds.set(kind, bytes)
    }
    this.#lastKind = kind
    this.#lastKindBytes = bytes
    return bytes
  }
}

/** Short pieces: a call into the engine takes longer. */
function copy(from: Uint8Array, to: Uint8Array, start: number): number {
  for (let i = 0; i < from.length; i++) to[start + i] = from[i] ?? 0
  return start + from.length
}

function writeNumber(value: number, to: Uint8Array, start: number): number {
  let digits = 1
  for (let power = 10; power <= value; power *= 10) digits++
  let rest = value
  for (let at = start + digits - 1; at >= start; at--) {
    const digit = rest % 10
    to[at] = zero + digit
    rest = (rest - digit) / 10
  }
  return start + digits
}

function writeIp4(word: number, to: Uint8Array, start: number): number {
  let at = start
  for (let shift = 24; shift >= 0; shift -= 8) {
    const byte = (word >>> shift) & 255
    if (byte >= 100) to[at++] = zero + ((byte / 100) | 0)
    if (byte >= 10) to[at++] = zero + (((byte / 10) | 0) % 10)
    to[at++] = zero + (byte % 10)
    if (shift > 0) to[at++] = dot
  }
  return at
}

const hexDigits = encode('0123456789abcdef')

/** Four words of eight digits; dashes after the 8th, 12th, 16th and 20th. */
function writeUuidText(rows: SlotRows, slot: number, to: Uint8Array, start: number): number {
  let at = start
  for (let index = 0; index < 4; index++) {
    const word = rows.uuidWord(slot, index)
    for (let shift = 28; shift >= 0; shift -= 4) {
      to[at++] = hexDigits[(word >>> shift) & 15] ?? zero
      if (shift === 16 && (index === 1 || index === 2)) to[at++] = dash
    }
    if (index < 2) to[at++] = dash
  }
  return at
}
