/** One value of ASN.1 in its distinguished encoding. */
export interface Der {
  /** The identifier byte: class, whether it has parts, and number. */
  readonly tag: number
  readonly content: Buffer
  /** The value with its tag and length, as it was signed. */
  readonly whole: Buffer
}

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const

/** Tags that a context gives: `[n]` with parts, and without. */
export const constructed = (number: number) => 0xa0 | number
export const primitive = (number: number) => 0x80 | number

/** Reads the value that begins at the offset. Throws a RangeError where there is none, or a longer one than bytes. */
export function readDer(bytes: Buffer, at = 0): Der {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw broken()
  let start = at + 2
  let length = first
  if (first >= 0x80) {
    const size = first & 0x7f
    if (size === 0 || size > 4 || start + size > bytes.length) throw broken()
    length = bytes.readUIntBE(start, size)
    start += size
  }
  const end = start + length
  if (end > bytes.length) throw broken()
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) }
}

/** The values inside a value, one after another. */
export function* partsOf({ content }: Der): Generator<Der, void, undefined> {
  for (let at = 0; at < content.length;) {
    const part = readDer(content, at)
    yield part
    at += part.whole.length
  }
}

/** A value with its parts or its bytes. */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const size = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 4
  const length = Buffer.alloc(size)
  length.writeUIntBE(content.length, 0, size)
  return Buffer.concat([Buffer.from([tag, 0x80 | size]), length, content])
}

/** The usual text of an object identifier: `1.2.840.113549.1.1.11`. */
export function oidText({ content }: Der): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of content.subarray(0, 64)) {
    number = number * 128 + (byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    if (numbers.length === 0) numbers.push(Math.min(Math.floor(number / 40), 2))
    numbers.push(numbers.length === 1 ? number - (numbers[0] ?? 0) * 40 : number)
    number = 0
  }
  return numbers.join('.')
}

/** Milliseconds since the epoch of a UTCTime or GeneralizedTime. Throws a RangeError where it is neither. */
export function timeOf({ tag, content }: Der): number {
  const text = content.toString('latin1')
  const match = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  const [, year = '', month, day, hour, minute, second] = match ?? []
  if (!match || year.length !== (tag === tags.utcTime ? 2 : 4)) throw broken()
  const century = Number(year) < 50 ? 2000 : 1900
  const fullYear = tag === tags.utcTime ? century + Number(year) : Number(year)
  return Date.UTC(fullYear, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

/** The bits of a bit string of whole bytes. */
export function bitsOf({ content }: Der): Buffer {
  return content.subarray(1)
}

function broken(): RangeError {
  return new RangeError('the encoding is broken')
}
