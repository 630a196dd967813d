/** Where in the text each of the four words has its eight digits. */
const digitPlaces = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
] as const

/** Writes a uuid, in the usual form, as four numbers, the most significant first. */
export function writeUuid(words: Uint32Array, base: number, uuid: string): void {
  for (let i = 0; i < 4; i++) words[base + i] = uuidWord(uuid, i)
}

/** The 32 bits of that index, 0 to 3, of a uuid in the usual form. */
export function uuidWord(uuid: string, index: number): number {
  let word = 0
  for (const place of digitPlaces[index] ?? []) word = (word << 4) | hexDigit(uuid.charCodeAt(place))
  return word >>> 0
}

const digits = Buffer.from('0123456789abcdef')
const room = Buffer.alloc(36, '-')

/** Made from bytes: put together of pieces, each text would keep all its pieces as long as it lives. */
export function readUuid(words: Uint32Array, base: number): string {
  for (let i = 0; i < 4; i++) {
    let rest = words[base + i] ?? 0
    const places = digitPlaces[i] ?? []
    for (let at = places.length - 1; at >= 0; at--, rest >>>= 4)
      room[places[at] ?? 0] = digits[rest & 15] ?? 0
  }
  return room.toString('latin1')
}

/** The digit of a character code, `0` to `9`, `a` to `f` or `A` to `F`. */
function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57
}
