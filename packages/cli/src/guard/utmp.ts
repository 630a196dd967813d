import { endianness } from 'node:os'

/** A logged-in session that came over the network. */
export interface RemoteSession {
  readonly user: string
  /** The terminal, such as `pts/0`. */
  readonly line: string
  /** Address text or host name, as the record holds it. */
  readonly host: string
}

interface Layout {
  size: number
  address: number
}

const userProcess = 7
/** Where glibc puts the fields of struct utmp: sessions and times are 32 bits wide on x86, 64 on the others. */
const layouts: Record<string, Layout> = {
  x64: { size: 384, address: 348 },
  arm64: { size: 400, address: 360 },
}

/**
 * The remote sessions in the bytes of a utmp file: records of user processes with a host or an address. A cut last
 * record is left out. Source: utmp(5).
 */
export function readUtmp(bytes: Uint8Array, arch: string = process.arch): RemoteSession[] {
  const layout = layouts[arch]
  if (!layout) return []
  const sessions: RemoteSession[] = []
  for (let start = 0; start + layout.size <= bytes.length; start += layout.size) {
    const record = new DataView(bytes.buffer, bytes.byteOffset + start, layout.size)
    if (record.getInt16(0, endianness() === 'LE') !== userProcess) continue
    const host = addressOf(record, layout.address) ?? textOf(record, 76, 256)
    if (host !== '') sessions.push({ user: textOf(record, 44, 32), line: textOf(record, 8, 32), host })
  }
  return sessions
}

/** The numeric address of a record (network order), or null where it is all zero. */
function addressOf(record: DataView, offset: number): string | null {
  const words = [0, 4, 8, 12].map((at) => record.getUint32(offset + at))
  if (words.every((word) => word === 0)) return null
  if (words.slice(1).every((word) => word === 0)) {
    return [24, 16, 8, 0].map((shift) => ((words[0] ?? 0) >>> shift) & 255).join('.')
  }
  return words
    .flatMap((word) => [word >>> 16, word & 0xffff])
    .map((group) => group.toString(16))
    .join(':')
}

function textOf(record: DataView, offset: number, length: number): string {
  const bytes = new Uint8Array(record.buffer, record.byteOffset + offset, length)
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}
