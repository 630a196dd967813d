import { expect, it } from 'vitest'
import { readUtmp } from './utmp.ts'

interface Entry {
  type: number
  user: string
  host: string
  address?: number[]
}

function utmp(entries: readonly Entry[], size: number, addressOffset: number): Uint8Array {
  const bytes = Buffer.alloc(size * entries.length)
  for (const [index, { type, user, host, address = [] }] of entries.entries()) {
    const start = index * size
    bytes.writeInt16LE(type, start)
    bytes.write('pts/0', start + 8)
    bytes.write(user, start + 44)
    bytes.write(host, start + 76)
    Buffer.from(address).copy(bytes, start + addressOffset)
  }
  return bytes
}

const entries: Entry[] = [
  { type: 7, user: 'ann', host: 'home.example', address: [192, 0, 2, 7] },
  { type: 7, user: 'bob', host: '2001:db8::7' },
  { type: 7, user: 'eve', host: '', address: [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9] },
  { type: 7, user: 'local', host: '' },
  { type: 8, user: 'gone', host: '192.0.2.9', address: [192, 0, 2, 9] },
]

it.each([
  ['x64', 384, 348],
  ['arm64', 400, 360],
])('reads the remote sessions of people still logged in (%s)', (arch, size, address) => {
  expect(readUtmp(utmp(entries, size, address), arch).map(({ user, host }) => [user, host])).toEqual([
    ['ann', '192.0.2.7'],
    ['bob', '2001:db8::7'],
    ['eve', '2001:db8:0:0:0:0:0:9'],
  ])
})

it('leaves a cut record out', () =>
  expect(readUtmp(utmp(entries, 384, 348).subarray(0, 500), 'x64')).toHaveLength(1))
it('knows nothing of foreign layouts', () => expect(readUtmp(utmp(entries, 384, 348), 'mips')).toEqual([]))
